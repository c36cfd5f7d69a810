using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>
/// Products in f32 with one instruction set. The sum over k of w[k] x[k] runs in 16 lanes: lane l adds k = l, l + 16, ...
/// ascending with fused multiply-adds from +0; lanes then fold l with l + 8, with l + 4, with l + 2, with l + 1. Where K is no
/// multiple of 16 the missing lanes of the last step are left as they are. Immutable and thread-safe.
/// </summary>
internal abstract unsafe class FloatProduct
{
    /// <summary>Up to so many tokens, rows are widened four at a time as they are read.</summary>
    public const int FewTokens = 4;

    /// <summary>Columns of a strip: a strip of some tokens and of a tile's rows stay in the first-level cache.</summary>
    public const int StripCols = 512;

    /// <summary>Rows of a block.</summary>
    public const int BlockRows = 64;

    /// <summary>Strips of a block, which fills half of a second-level cache.</summary>
    public const int BlockStrips = 4;

    /// <summary>Tokens that a block meets before it is widened again; bounds the sums that are kept where K is more than a block's.</summary>
    public const int BlockTokens = 516;

    /// <summary>Floats from one row of a strip to the next: a cache line more than a row has, so that rows do not share few sets.</summary>
    public const int RowFloats = StripCols + Lanes;

    /// <summary>Partial sums of an output.</summary>
    protected const int Lanes = 16;

    /// <summary>Bytes of a block's rows.</summary>
    public const long BlockBytes = (long)BlockStrips * BlockRows * RowFloats * sizeof(float);

    /// <summary>Tokens that meet a strip together.</summary>
    public abstract int GroupTokens { get; }

    /// <summary>Floats of the sums of a block's rows and a group of tokens.</summary>
    public int GroupSums => BlockRows * GroupTokens * Lanes;

    /// <summary>y[t, r] = sum over k of w[r, k] x[t, k] straight from the stored rows, where this number of tokens has such a path.</summary>
    /// <param name="w">First row, rows without gaps, of the type that this product is for.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">K.</param>
    /// <param name="x">Activations [T, K].</param>
    /// <param name="y">y[0, 0].</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    /// <returns>False when the rows have to be widened first.</returns>
    public abstract bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride);

    /// <summary>The same for rows that have been widened, for at most FewTokens tokens.</summary>
    /// <param name="w">First row, rows of f32 without gaps.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">K.</param>
    /// <param name="x">Activations [T, K].</param>
    /// <param name="y">y[0, 0].</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    public abstract void MultiplyFewWidened(float* w, int rows, int cols, Tensor x, float* y, long yStride);

    /// <summary>Adds the strip of some rows times that of a group of tokens to their sums.</summary>
    /// <param name="w">First row; rows are RowFloats apart, and the memory of all BlockRows may be read.</param>
    /// <param name="rows">1 to BlockRows.</param>
    /// <param name="x">The same columns of 1 to GroupTokens tokens; their number is a multiple of 16 but in the last strip.</param>
    /// <param name="sums">GroupSums floats, in an order of the product's own.</param>
    /// <param name="first">True when sums begin here.</param>
    public abstract void AddStrip(float* w, int rows, Tensor x, float* sums, bool first);

    /// <summary>Folds the lanes of a group's sums.</summary>
    /// <param name="sums">What AddStrip left, with the same numbers of rows and tokens.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="y">y[0, 0] of the group.</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    public abstract void StoreSums(float* sums, int rows, int tokens, float* y, long yStride);

    /// <summary>y[c] = fma(x[r], w[r, c], y[c]) for r ascending: one step of the transposed product.</summary>
    /// <param name="w">Rows of f32.</param>
    /// <param name="wStride">Elements from one row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="x">One factor per row.</param>
    /// <param name="y">Sums so far.</param>
    /// <param name="cols">Columns.</param>
    public abstract void AddScaledRows(float* w, long wStride, int rows, float* x, float* y, int cols);

    /// <summary>y[i] = y[i] * factor.</summary>
    /// <param name="y">Elements.</param>
    /// <param name="count">Their number.</param>
    /// <param name="factor">The factor.</param>
    public abstract void Scale(float* y, int count, float factor);

    /// <summary>Stored elements to f32, exactly.</summary>
    /// <param name="type">Stored type.</param>
    /// <param name="from">Whole blocks.</param>
    /// <param name="to">As many elements.</param>
    public virtual void Widen(TensorType type, ReadOnlySpan<byte> from, Span<float> to) => Dequantize.Row(type, from, to);
}
