using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Training;

/// <summary>One forward pass over a batch: its layers and its residual stream.</summary>
/// <param name="batch">The batch; it stays as it is until the way back is done.</param>
internal sealed class TapePass(Batch batch) : IDisposable
{
    private readonly GradientWorkspace _stream = new();
    private AlignedMemory? _streamGradient;
    private (int Rows, int Cols) _shape;

    public Batch Batch { get; } = batch;

    public List<TapeLayer> Layers { get; } = [];

    public long Bytes => _stream.Bytes + (_streamGradient?.Length ?? 0);

    /// <summary>A further state of the stream.</summary>
    public Tensor StreamRows(int rows, int cols)
    {
        _shape = (rows, cols);
        return _stream.Rows(rows, cols);
    }

    public bool IsStream(Tensor values) => _stream.Contains(values);

    public void ClearStreamGradient()
    {
        _streamGradient?.Dispose();
        _streamGradient = new AlignedMemory(sizeof(float) * (long)_shape.Rows * _shape.Cols);
    }

    /// <summary>The gradient of the stream, which all its states share.</summary>
    public Tensor StreamGradient(Tensor values) => values.Rows == _shape.Rows && values.Cols == _shape.Cols
        ? TensorView.Of(_streamGradient ?? throw new InvalidOperationException("the way back has not begun"), values.Rows, values.Cols)
        : throw new ArgumentException($"[{values.Rows}, {values.Cols}] is no state of a stream of [{_shape.Rows}, {_shape.Cols}]", nameof(values));

    public void Dispose()
    {
        _stream.Dispose();
        _streamGradient?.Dispose();
    }
}
