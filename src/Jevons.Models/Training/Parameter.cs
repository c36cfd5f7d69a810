using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// One tensor of a model that is being trained: f32 values, read in place by the model's products, and a gradient beside them.
/// Its elements are also addressed by their place among all parameters' (<see cref="Offset"/>), so that a range of them can be
/// handed to someone else.
/// </summary>
public sealed class Parameter : IDisposable
{
    private readonly AlignedMemory _values;
    private readonly AlignedMemory? _gradient;

    internal Parameter(string name, int rows, int cols, bool isVector, long offset, bool gradient, CpuFeatures features)
    {
        Name = name;
        IsVector = isVector;
        Offset = offset;
        Length = (long)rows * cols;
        _values = new AlignedMemory(sizeof(float) * Length);
        _gradient = gradient ? new AlignedMemory(sizeof(float) * Length) : null;
        Values = TensorView.Of(_values, rows, cols);
        Matrix = WeightMatrix.Create(TensorType.F32, rows, cols, _values.Region, features, ActivationType.Float32);
        Gradient = _gradient is null ? default : TensorView.Of(_gradient, rows, cols);
    }

    /// <summary>Checkpoint name.</summary>
    public string Name { get; }

    /// <summary>True for norms and biases, which have one row.</summary>
    public bool IsVector { get; }

    /// <summary>Index of the first element among all parameters' elements.</summary>
    public long Offset { get; }

    /// <summary>Elements.</summary>
    public long Length { get; }

    /// <summary>The values [rows, cols].</summary>
    public Tensor Values { get; }

    /// <summary>The values as products read them.</summary>
    public WeightMatrix Matrix { get; }

    /// <summary>The gradient [rows, cols]; no rows where the parameter is not trained.</summary>
    public Tensor Gradient { get; }

    /// <summary>True when the parameter has a gradient.</summary>
    public bool IsTrained => _gradient is not null;

    /// <summary>Shape as the checkpoint has it.</summary>
    public long[] Shape => IsVector ? [Values.Cols] : [Values.Rows, Values.Cols];

    internal MemoryRegion Memory => _values.Region;

    /// <inheritdoc/>
    public void Dispose()
    {
        _values.Dispose();
        _gradient?.Dispose();
    }
}
