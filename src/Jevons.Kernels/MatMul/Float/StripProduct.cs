using System.Runtime.Intrinsics;

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

    /// <summary>The largest number of tokens of a group.</summary>
    protected const int MostGroupTokens = 6;

    /// <summary>Partial sums of an output.</summary>
    protected const int Lanes = 16;

    /// <summary>Bytes of a block's rows.</summary>
    public const long BlockBytes = (long)BlockStrips * BlockRows * RowFloats * sizeof(float);

    /// <summary>Tokens that meet a strip together, at most MostGroupTokens.</summary>
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

    /// <summary>Adds the last strip and folds the lanes of a group's sums.</summary>
    /// <param name="w">As <see cref="AddStrip"/>.</param>
    /// <param name="rows">As <see cref="AddStrip"/>.</param>
    /// <param name="x">As <see cref="AddStrip"/>.</param>
    /// <param name="sums">What AddStrip left of the strips before; undefined afterwards.</param>
    /// <param name="first">True when this strip is the first as well.</param>
    /// <param name="y">y[0, 0] of the group.</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    /// <param name="accumulate">True to add each sum to what y holds, with one rounding.</param>
    public virtual void FinishStrip(float* w, int rows, Tensor x, float* sums, bool first, float* y, long yStride, bool accumulate)
    {
        AddStrip(w, rows, x, sums, first);
        if (!accumulate)
        {
            StoreSums(sums, rows, x.Rows, y, yStride);
            return;
        }

        float* folded = stackalloc float[BlockRows * MostGroupTokens];
        StoreSums(sums, rows, x.Rows, folded, BlockRows);
        Store(folded, BlockRows, rows, x.Rows, y, yStride, accumulate);
    }

    /// <summary>Folds the lanes of a group's sums.</summary>
    /// <param name="sums">What AddStrip left, with the same numbers of rows and tokens.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="y">y[0, 0] of the group.</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    public abstract void StoreSums(float* sums, int rows, int tokens, float* y, long yStride);

    /// <summary>Copies or adds a group's outputs, element by element: the width of a register changes no bit.</summary>
    /// <param name="from">The outputs.</param>
    /// <param name="fromStride">Elements from one token to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="y">y[0, 0] of the group.</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    /// <param name="accumulate">True to add.</param>
    protected static void Store(float* from, int fromStride, int rows, int tokens, float* y, long yStride, bool accumulate)
    {
        for (int t = 0; t < tokens; t++, from += fromStride, y += yStride)
        {
            int r = 0;
            for (; accumulate && r <= rows - Vector128<float>.Count; r += Vector128<float>.Count)
            {
                (Vector128.Load(y + r) + Vector128.Load(from + r)).Store(y + r);
            }

            for (; r < rows; r++)
            {
                y[r] = accumulate ? y[r] + from[r] : from[r];
            }
        }
    }
}
