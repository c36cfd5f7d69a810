namespace Jevons.Kernels.Products;

/// <summary>
/// How a block of weights, copied into strips of columns, meets groups of tokens: partial sums of 16 lanes an output go from strip to
/// strip and are folded at the end. A column is a float, or a pair of bfloat16 that lies in its place. See <see cref="BlockedProduct"/>.
/// </summary>
internal abstract unsafe class StripProduct
{
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
}
