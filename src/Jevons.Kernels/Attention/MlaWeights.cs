namespace Jevons.Kernels;

/// <summary>
/// The up-projections of latent attention, one matrix per head: keys K = W_uk c and values V = W_uv c of a cached latent c
/// (DeepSeek-V2, arXiv 2405.04434, eq. 10 and 11). Immutable; borrows the weights.
/// </summary>
public sealed class MlaWeights
{
    private readonly WeightMatrix[] _keyUp;
    private readonly WeightMatrix[] _valueUp;

    /// <summary>Takes one matrix per head.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="keyUp">W_uk per head [NopeDim, LatentDim], or its transpose [LatentDim, NopeDim] (attn_k_b of GGUF files).</param>
    /// <param name="keyUpTransposed">True when keyUp holds transposes.</param>
    /// <param name="valueUp">W_uv per head [ValueDim, LatentDim].</param>
    /// <exception cref="ArgumentException">A matrix has another shape.</exception>
    public MlaWeights(in LatentAttentionShape shape, IReadOnlyList<WeightMatrix> keyUp, bool keyUpTransposed, IReadOnlyList<WeightMatrix> valueUp)
    {
        (int rows, int cols) = keyUpTransposed ? (shape.LatentDim, shape.NopeDim) : (shape.NopeDim, shape.LatentDim);
        Check(keyUp, shape.NumHeads, rows, cols, nameof(keyUp));
        Check(valueUp, shape.NumHeads, shape.ValueDim, shape.LatentDim, nameof(valueUp));
        Shape = shape;
        KeyUpTransposed = keyUpTransposed;
        _keyUp = [.. keyUp];
        _valueUp = [.. valueUp];
    }

    /// <summary>Sizes.</summary>
    public LatentAttentionShape Shape { get; }

    /// <summary>True when the key matrices are stored as [LatentDim, NopeDim].</summary>
    public bool KeyUpTransposed { get; }

    /// <summary>Cuts kv_b, whose rows are [NopeDim keys | ValueDim values] for each head in turn.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="kvB">[NumHeads * (NopeDim + ValueDim), LatentDim].</param>
    /// <returns>The weights of every head, over the same memory.</returns>
    /// <exception cref="ArgumentException">The matrix has another shape.</exception>
    public static MlaWeights FromKvB(in LatentAttentionShape shape, WeightMatrix kvB)
    {
        int perHead = shape.NopeDim + shape.ValueDim;
        if (kvB.Rows != (long)shape.NumHeads * perHead || kvB.Cols != shape.LatentDim)
        {
            throw new ArgumentException($"kv_b is [{kvB.Rows}, {kvB.Cols}], {shape} needs [{(long)shape.NumHeads * perHead}, {shape.LatentDim}]", nameof(kvB));
        }

        WeightMatrix[] keyUp = new WeightMatrix[shape.NumHeads];
        WeightMatrix[] valueUp = new WeightMatrix[shape.NumHeads];
        for (int h = 0; h < shape.NumHeads; h++)
        {
            keyUp[h] = kvB.Slice(h * perHead, shape.NopeDim);
            valueUp[h] = kvB.Slice((h * perHead) + shape.NopeDim, shape.ValueDim);
        }

        return new MlaWeights(shape, keyUp, keyUpTransposed: false, valueUp);
    }

    /// <summary>W_uk of a head, as stored.</summary>
    /// <param name="head">Head.</param>
    /// <returns>The matrix.</returns>
    public WeightMatrix KeyUp(int head) => _keyUp[head];

    /// <summary>W_uv of a head.</summary>
    /// <param name="head">Head.</param>
    /// <returns>The matrix.</returns>
    public WeightMatrix ValueUp(int head) => _valueUp[head];

    private static void Check(IReadOnlyList<WeightMatrix> matrices, int heads, int rows, int cols, string name)
    {
        if (matrices.Count != heads)
        {
            throw new ArgumentException($"{name} has {matrices.Count} matrices for {heads} heads", name);
        }

        for (int h = 0; h < heads; h++)
        {
            if (matrices[h].Rows != rows || matrices[h].Cols != cols)
            {
                throw new ArgumentException($"{name}[{h}] is [{matrices[h].Rows}, {matrices[h].Cols}], it must be [{rows}, {cols}]", name);
            }
        }
    }
}
