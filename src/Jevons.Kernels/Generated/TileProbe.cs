using Jevons.Kernels.Products;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Generated;

/// <summary>
/// A small fixed case on which generated float tiles must have the bits of the intrinsic product: every number of tokens that a tile
/// has, over stored rows and over strips, with rows and columns that fill no tile where the product takes them.
/// </summary>
internal static unsafe class TileProbe
{
    private const int Rows = 22;
    private const int Cols = 96;
    private const int StripCols = 64;
    private const int Tokens = FloatTileCode.Tokens;

    // Pairs of bfloat16 of two strips; with more than 24 tokens strips are spent, the rest of 6 in smaller tiles.
    private const int BrainPairCols = StripProduct.StripCols + 16;
    private const int BrainTokens = 29;
    private static readonly int[] s_brainCounts = [1, 2, 3, 4, 5, 6, 25, 26, 27, 28, BrainTokens];

    /// <summary>Compares a float product.</summary>
    /// <param name="product">With generated tiles.</param>
    /// <param name="plain">On intrinsics.</param>
    /// <param name="type">F32, F16 or BF16: what both read as stored rows.</param>
    /// <returns>True when every bit agrees.</returns>
    public static bool Agrees(FloatProduct product, FloatProduct plain, TensorType type)
    {
        using AlignedMemory stored = Stored(type, Rows * Cols);
        using AlignedMemory values = ProbeValues.Floats(Tokens * Cols, 2);
        using AlignedMemory strip = new((long)StripProduct.BlockRows * StripProduct.RowFloats * sizeof(float));
        using AlignedMemory sums = new((long)product.GroupSums * sizeof(float));
        using AlignedMemory expected = new(Tokens * Rows * sizeof(float));
        using AlignedMemory found = new(Tokens * Rows * sizeof(float));
        Tensor x = new((float*)values.Pointer, Tokens, Cols, Cols);
        float* y = (float*)found.Pointer;
        for (int t = 0; t < Tokens; t++)
        {
            plain.TryMultiplyStored(stored.Pointer, Rows, Cols, x.RowRange(t, 1), (float*)expected.Pointer + (t * Rows), Rows);
        }

        for (int count = 1; count <= Tokens; count++)
        {
            Tensor some = x.RowRange(0, count);
            ProbeValues.Poison(found);
            if (product.TryMultiplyStored(stored.Pointer, Rows, Cols, some, y, Rows) && !ProbeValues.AreEqual(expected, found, count * Rows))
            {
                return false;
            }

            ProbeValues.Poison(found);
            for (int k = 0; k < Cols; k += StripCols)
            {
                int cols = Math.Min(StripCols, Cols - k);
                for (int r = 0; r < Rows; r++)
                {
                    int first = (int)TensorTypes.ByteCount(type, (r * Cols) + k);
                    Dequantize.Row(
                        type,
                        stored.AsSpan<byte>(first, (int)TensorTypes.ByteCount(type, cols)),
                        strip.AsSpan<float>((long)r * StripProduct.RowFloats * sizeof(float), cols));
                }

                Tensor part = some.Columns(k, cols);
                if (k + cols < Cols)
                {
                    product.AddStrip((float*)strip.Pointer, Rows, part, (float*)sums.Pointer, k == 0);
                }
                else
                {
                    product.FinishStrip((float*)strip.Pointer, Rows, part, (float*)sums.Pointer, k == 0, y, Rows, accumulate: false);
                }
            }

            if (!ProbeValues.AreEqual(expected, found, count * Rows))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Compares a product of bfloat16 with bfloat16.</summary>
    /// <param name="product">With generated tiles.</param>
    /// <param name="plain">On intrinsics.</param>
    /// <returns>True when every bit agrees.</returns>
    public static bool Agrees(BrainProduct product, BrainProduct plain)
    {
        using AlignedMemory stored = Stored(TensorType.BF16, Rows * BrainPairCols * 2);
        using AlignedMemory values = Stored(TensorType.BF16, BrainTokens * BrainPairCols * 2);
        using AlignedMemory expected = new(BrainTokens * Rows * sizeof(float));
        using AlignedMemory found = new(BrainTokens * Rows * sizeof(float));
        using Scratch scratch = new(1);
        Tensor x = new((float*)values.Pointer, BrainTokens, BrainPairCols, BrainPairCols);
        plain.Multiply(stored.Pointer, Rows, x, new Tensor((float*)expected.Pointer, BrainTokens, Rows, Rows), 0, scratch, 0);
        foreach (int count in s_brainCounts)
        {
            ProbeValues.Poison(found);
            product.Multiply(stored.Pointer, Rows, x.RowRange(0, count), new Tensor((float*)found.Pointer, count, Rows, Rows), 0, scratch, 0);
            if (!ProbeValues.AreEqual(expected, found, count * Rows))
            {
                return false;
            }
        }

        return true;
    }

    private static AlignedMemory Stored(TensorType type, int count)
    {
        AlignedMemory values = ProbeValues.Floats(count, 3);
        if (type == TensorType.F32)
        {
            return values;
        }

        AlignedMemory stored = new((long)count * sizeof(ushort));
        Quantize.Row(type, values.AsSpan<float>(0, count), stored.AsSpan<byte>(0, count * sizeof(ushort)));
        values.Dispose();
        return stored;
    }
}
