using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// Runs the operations at once, on weights of any type, with the paged KV cache. Results lie in one workspace that is cut
/// back after each layer; a pass of a size seen before allocates nothing. One pass at a time.
/// </summary>
public sealed partial class EagerOps : Ops, IDisposable
{
    private readonly KernelContext _context;
    private readonly KvCache _cache;
    private readonly Workspace _workspace = new();
    private readonly TensorBuffer _angles = new();
    private Batch? _batch;
    private (int Block, long Used) _layerStart;
    private RotaryEmbedding? _anglesOf;

    /// <summary>Borrows threads, scratch and cache.</summary>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <param name="cache">The pages.</param>
    public EagerOps(KernelContext context, KvCache cache)
    {
        _context = context;
        _cache = cache;
    }

    /// <inheritdoc/>
    public override Batch Batch => _batch ?? throw new InvalidOperationException("no pass has begun");

    /// <summary>Bytes that activations take.</summary>
    public long WorkspaceBytes => _workspace.Bytes;

    /// <inheritdoc/>
    public override void Begin(Batch batch)
    {
        _batch = batch;
        _anglesOf = null;
        _workspace.Clear();
        ForgetPrepared();
    }

    /// <inheritdoc/>
    public override void BeginLayer() => _layerStart = _workspace.Mark();

    /// <inheritdoc/>
    public override void EndLayer()
    {
        _workspace.Release(_layerStart);
        ForgetPrepared();
    }

    /// <inheritdoc/>
    public override Tensor Embed(WeightMatrix table)
    {
        Tensor y = _workspace.Rows(Batch.Count, table.Cols);
        Embedding.Run(table, Batch.Tokens, y, _context);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor RmsNorm(Tensor x, WeightVector weight, float eps)
    {
        Tensor y = _workspace.Rows(x.Rows, x.Cols);
        Kernels.RmsNorm.Run(x, weight.Values, eps, y, _context);
        return y;
    }

    /// <inheritdoc/>
    public override Tensor HeadRmsNorm(Tensor x, WeightVector weight, float eps)
    {
        Kernels.RmsNorm.RunHeads(x, weight.Length, weight.Values, eps, x, _context);
        return x;
    }

    /// <inheritdoc/>
    public override Tensor Columns(Tensor x, int first, int count) => x.Columns(first, count);

    /// <inheritdoc/>
    public override Tensor Concatenate(Tensor left, Tensor right)
    {
        Tensor y = _workspace.Rows(left.Rows, left.Cols + right.Cols);
        for (int i = 0; i < left.Rows; i++)
        {
            Span<float> row = y.Row(i);
            left.Row(i).CopyTo(row);
            right.Row(i).CopyTo(row[left.Cols..]);
        }

        return y;
    }

    /// <inheritdoc/>
    public override Tensor Rope(Tensor x, RotaryEmbedding rope, int headDim, int offset)
    {
        if (!ReferenceEquals(_anglesOf, rope))
        {
            rope.Table.FillAngles(Batch.Chunks, rope.Layout, _angles.Resize(Batch.Count, 2 * rope.Table.Dim), _context);
            _anglesOf = rope;
        }

        Kernels.Rope.Run(x, _angles.Rows, rope.Layout, headDim, offset, _context);
        return x;
    }

    /// <inheritdoc/>
    public override Tensor SwiGlu(Tensor gate, Tensor up)
    {
        Kernels.SwiGlu.Run(gate, up, gate, _context);
        return gate;
    }

    /// <inheritdoc/>
    public override Tensor Add(Tensor x, Tensor delta)
    {
        Kernels.Add.Run(x, delta, x, _context);
        return x;
    }

    /// <inheritdoc/>
    public override Tensor OutputRows(Tensor x)
    {
        ReadOnlySpan<int> rows = Batch.OutputRows;
        if (rows.Length == x.Rows)
        {
            return x;
        }

        Tensor y = _workspace.Rows(rows.Length, x.Cols);
        for (int i = 0; i < rows.Length; i++)
        {
            x.Row(rows[i]).CopyTo(y.Row(i));
        }

        return y;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _workspace.Dispose();
        _angles.Dispose();
    }
}
