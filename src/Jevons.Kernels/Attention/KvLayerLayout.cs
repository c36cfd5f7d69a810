namespace Jevons.Kernels;

/// <summary>
/// How one layer keeps a page of <see cref="PageLength"/> positions. Multi-head layers keep, per KV head, keys transposed
/// [KeyDim, 64] (so that 64 scores are computed with lanes = positions, summed over dimensions ascending) and values
/// [64, ValueStride]. Latent (MLA) layers keep one row per position [64, KeyStride], the latent first and the rotated key
/// behind it. Rows are padded to sixteen elements, so that a kernel may load sixteen lanes anywhere inside a part. In
/// Q8_0 the int8 elements of a part are followed by its half-precision scales, one per 32 dimensions and position:
/// [ceil(KeyDim / 32), 64] for transposed keys, [64, ceil(dim / 32)] for rows.
/// </summary>
public sealed class KvLayerLayout
{
    /// <summary>Positions in a page; also the chunk of online softmax.</summary>
    public const int PageLength = 64;

    private KvLayerLayout(KvType type, bool isLatent, int numKvHeads, int keyDim, int valueDim)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numKvHeads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(keyDim);
        ArgumentOutOfRangeException.ThrowIfNegative(valueDim);
        Type = type;
        IsLatent = isLatent;
        NumKvHeads = numKvHeads;
        KeyDim = keyDim;
        ValueDim = valueDim;
        KeyStride = isLatent ? Padded(keyDim) : keyDim;
        ValueStride = Padded(valueDim);
        KeyHeadBytes = Part(type, KeyStride, keyDim);
        ValueHeadBytes = isLatent ? 0 : Part(type, ValueStride, valueDim);
        PageBytes = checked(numKvHeads * (KeyHeadBytes + ValueHeadBytes));
    }

    /// <summary>Element type.</summary>
    public KvType Type { get; }

    /// <summary>True for MLA's latent rows.</summary>
    public bool IsLatent { get; }

    /// <summary>KV heads; 1 for latent layers.</summary>
    public int NumKvHeads { get; }

    /// <summary>Dimensions of a key; for latent layers LatentDim + RopeDim.</summary>
    public int KeyDim { get; }

    /// <summary>Dimensions of a value; for latent layers LatentDim: the first part of the same row.</summary>
    public int ValueDim { get; }

    /// <summary>Elements from one position's row to the next in a latent page; KeyDim where keys are transposed.</summary>
    public int KeyStride { get; }

    /// <summary>Elements from one position's values to the next: ValueDim rounded up to a multiple of 16.</summary>
    public int ValueStride { get; }

    /// <summary>Bytes that the keys of one head take in a page, a multiple of 64.</summary>
    public long KeyHeadBytes { get; }

    /// <summary>Bytes that the values of one head take in a page, a multiple of 64; 0 for latent layers.</summary>
    public long ValueHeadBytes { get; }

    /// <summary>Bytes of a page of this layer: heads follow each other, keys of all heads first, then values of all heads.</summary>
    public long PageBytes { get; }

    /// <summary>A layer of ordinary (grouped-query) attention.</summary>
    /// <param name="type">Element type.</param>
    /// <param name="numKvHeads">KV heads.</param>
    /// <param name="keyDim">Dimensions of a key.</param>
    /// <param name="valueDim">Dimensions of a value.</param>
    /// <returns>The layout.</returns>
    public static KvLayerLayout MultiHead(KvType type, int numKvHeads, int keyDim, int valueDim) =>
        new(type, isLatent: false, numKvHeads, keyDim, valueDim);

    /// <summary>A layer of multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1).</summary>
    /// <param name="type">Element type.</param>
    /// <param name="latentDim">kv_lora_rank (512 in V3).</param>
    /// <param name="ropeDim">qk_rope_head_dim (64 in V3).</param>
    /// <returns>The layout.</returns>
    public static KvLayerLayout Latent(KvType type, int latentDim, int ropeDim) =>
        new(type, isLatent: true, 1, checked(latentDim + ropeDim), latentDim);

    /// <summary>Where the scales of a Q8_0 part begin: after 64 int8 elements for each of <paramref name="stride"/> dimensions.</summary>
    internal static long ScaleOffset(int stride) => (long)stride * PageLength;

    /// <summary>Blocks of 32 dimensions that share a scale.</summary>
    internal static int ScaleBlocks(int dim) => (dim + 31) / 32;

    private static int Padded(int dim) => checked((dim + 15) / 16 * 16);

    private static long Part(KvType type, int stride, int dim)
    {
        long bytes = type switch
        {
            KvType.F32 => 4L * stride * PageLength,
            KvType.Q8_0 => ScaleOffset(stride) + (2L * ScaleBlocks(dim) * PageLength),
            _ => 2L * stride * PageLength,
        };
        return (bytes + 63) / 64 * 64;
    }
}
