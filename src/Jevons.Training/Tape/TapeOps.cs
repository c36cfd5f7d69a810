using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Training;

/// <summary>
/// Runs a model's one forward pass on the kernels that inference runs, records every operation, and walks back. Gradients of
/// activations lie beside them by address (<see cref="GradientWorkspace"/>); those of parameters are added to
/// <see cref="Parameter.Gradient"/>. Not thread-safe; the work of each operation is spread over the context's threads, with
/// the same bits for any number of them.
/// </summary>
/// <remarks>
/// The residual stream is one chain of sums: x1 = x0 + f(x0), x2 = x1 + g(x1), ... so that dx0 = dx1 + (what f's way back adds).
/// One gradient buffer therefore serves the whole stream of a pass. What a layer makes besides lives in the layer's own memory,
/// whose gradients are needed only while that layer is walked back: all layers share one gradient memory and, with
/// checkpointing, the memory of the values too; a layer's operations are then run again, into the same places, before they are
/// walked (Chen et al., arXiv 1604.06174).
/// </remarks>
public sealed partial class TapeOps : Ops, IDisposable
{
    private readonly List<TapePass> _passes = [];
    private readonly List<GradientWorkspace> _layerMemory = [];
    private readonly GradientWorkspace _loose = new();
    private readonly TensorBuffer _temporary = new();
    private AlignedMemory _layerGradients = new(0);
    private AlignedMemory _looseGradients = new(0);
    private TapeLayer? _layer;
    private int _layersUsed;

    /// <summary>Borrows threads and parameters.</summary>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="cache">Pages of one layer in f32, for attention's forward pass; every layer of a pass uses them in turn.</param>
    /// <param name="checkpointing">Keeps only the residual stream and runs every layer again on the way back.</param>
    public TapeOps(KernelContext context, ParameterStore parameters, KvCache cache, bool checkpointing)
    {
        Context = context;
        Parameters = parameters;
        Cache = cache;
        Checkpointing = checkpointing;
    }

    /// <inheritdoc/>
    public override Batch Batch => Pass.Batch;

    /// <summary>The parameters whose gradients are summed.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>Whether layers are run again on the way back.</summary>
    public bool Checkpointing { get; }

    /// <summary>Bytes that activations and their gradients take.</summary>
    public long Bytes => _loose.Bytes + _layerMemory.Sum(m => m.Bytes) + _layerGradients.Length + _looseGradients.Length + _passes.Sum(p => p.Bytes);

    internal KernelContext Context { get; }

    internal KvCache Cache { get; }

    internal TapePass Pass => _passes.Count == 0 ? throw new InvalidOperationException("no pass has begun") : _passes[^1];

    /// <summary>Forgets what was recorded. Passes after it are recorded together: the main model's and the draft layer's.</summary>
    public void Reset()
    {
        foreach (TapePass pass in _passes)
        {
            pass.Dispose();
        }

        foreach (GradientWorkspace memory in _layerMemory)
        {
            memory.Clear();
        }

        _passes.Clear();
        _loose.Clear();
        _angles.Forget();
        _layer = null;
        _layersUsed = 0;
    }

    /// <inheritdoc/>
    public override void Begin(Batch batch) => _passes.Add(new TapePass(batch));

    /// <inheritdoc/>
    public override void BeginLayer()
    {
        int index = Checkpointing ? 0 : _layersUsed;
        if (index == _layerMemory.Count)
        {
            _layerMemory.Add(new GradientWorkspace());
        }

        if (Checkpointing)
        {
            _layerMemory[0].Restart();
        }

        _layersUsed++;
        _layer = new TapeLayer(_layerMemory[index]);
        Pass.Layers.Add(_layer);
    }

    /// <inheritdoc/>
    public override void EndLayer()
    {
        _layer!.UsedBytes = _layer.Memory.UsedBytes;
        _layer = null;
        Pass.Layers.Add(new TapeLayer(_loose));
    }

    /// <summary>Makes gradients ready to be read and written: all zero.</summary>
    public void BeginBackward()
    {
        Grow(ref _looseGradients, _loose.UsedBytes);
        _loose.Attach(_looseGradients, _loose.UsedBytes);
        foreach (TapePass pass in _passes)
        {
            pass.ClearStreamGradient();
        }
    }

    /// <summary>Walks back from the gradients that the caller has put on results of the passes.</summary>
    public void Backward()
    {
        for (int p = _passes.Count - 1; p >= 0; p--)
        {
            Current = _passes[p];
            for (int i = Current.Layers.Count - 1; i >= 0; i--)
            {
                Backward(Current.Layers[i]);
            }
        }
    }

    /// <summary>Where the gradient of a result is summed, once <see cref="BeginBackward"/> was called.</summary>
    /// <param name="values">A result of an operation of these passes.</param>
    /// <returns>Rows of the same shape.</returns>
    public Tensor Gradient(Tensor values)
    {
        if (_loose.Contains(values))
        {
            return _loose.Gradient(values);
        }

        foreach (TapePass pass in _passes)
        {
            if (pass.IsStream(values))
            {
                return pass.StreamGradient(values);
            }
        }

        return (Walked ?? throw new InvalidOperationException("the gradient of a layer's inside exists only while the layer is walked")).Memory.Gradient(values);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reset();
        foreach (GradientWorkspace memory in _layerMemory)
        {
            memory.Dispose();
        }

        _loose.Dispose();
        _layerGradients.Dispose();
        _looseGradients.Dispose();
        _temporary.Dispose();
        _angles.Dispose();
    }

    internal TapePass? Current { get; private set; }

    internal TapeLayer? Walked { get; private set; }

    /// <summary>Rows for a result: inside a layer in the layer's memory.</summary>
    internal Tensor Rows(int rows, int cols) => (_layer?.Memory ?? _loose).Rows(rows, cols);

    /// <summary>Rows that last until the next call.</summary>
    internal Tensor Temporary(int rows, int cols) => _temporary.Resize(rows, cols);

    /// <summary>The parameter of a matrix that must be one.</summary>
    internal Parameter Parameter(WeightMatrix matrix, string what) => Parameters.Find(matrix)
        ?? throw new InvalidOperationException($"{what} is no parameter of this tape: load the model to be trained");

    /// <summary>The way back of y = x W^T: dx += dy W and, where W is trained, dW += dy^T x.</summary>
    internal void AddBack(WeightMatrix weights, Tensor x, Tensor dy, Tensor dx)
    {
        if (Parameters.Find(weights) is { } parameter)
        {
            Gemm.Accumulate(GemmForm.NN, dy, parameter.Values, dx, Context);
            if (parameter.IsTrained)
            {
                Gemm.Accumulate(GemmForm.TN, dy, x, parameter.Gradient, Context);
            }
        }
        else
        {
            // A frozen matrix of any type: dequantised, as the forward product had it.
            Tensor part = Temporary(x.Rows, x.Cols);
            MatMul.RunTransposed(weights, dy, part, Context);
            AddScaled.Run(part, 1f, dx, Context);
        }
    }

    private void Backward(TapeLayer layer)
    {
        bool isLayer = !ReferenceEquals(layer.Memory, _loose);
        if (isLayer)
        {
            Grow(ref _layerGradients, layer.UsedBytes);
            if (Checkpointing)
            {
                foreach (TapeOperation operation in layer.Operations)
                {
                    operation.Forward(this);
                }
            }

            layer.Memory.Attach(_layerGradients, layer.UsedBytes);
        }

        Walked = layer;
        for (int i = layer.Operations.Count - 1; i >= 0; i--)
        {
            layer.Operations[i].Backward(this);
        }

        Walked = null;
    }

    private void Record(TapeOperation operation)
    {
        Current = Pass;
        operation.Forward(this);
        if (Pass.Layers.Count == 0)
        {
            Pass.Layers.Add(new TapeLayer(_loose));
        }

        Pass.Layers[^1].Operations.Add(operation);
    }

    private static void Grow(ref AlignedMemory memory, long bytes)
    {
        if (memory.Length < bytes)
        {
            memory.Dispose();
            memory = new AlignedMemory(bytes);
        }
    }
}
