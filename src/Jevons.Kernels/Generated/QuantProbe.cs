using Jevons.Kernels.Products;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Generated;

/// <summary>
/// A small fixed case on which a generated product of quantised rows must have the bits of the scalar definition: two panels of rows
/// and a rest, a strip of columns and a block more, and numbers of tokens that take every block of them.
/// </summary>
internal static unsafe class QuantProbe
{
    private const int Rows = 35;
    private const int Tokens = 26;

    // Kernels of f32 take one to four tokens.
    private const int ExactTokens = ExactRowsCode.MostTokens;

    // Of few tokens, as PanelProduct cuts them.
    private const int StripCols = 256;
    private const float LargestScale = 1 << 24;

    // Up to 16 tokens go four at a time where a type has kernels for that, so these take kernels of 1 to 4. Greedy blocks of a pair of
    // tiles are 6, 4, 2, 1 tokens, of a single one 12, 8, 4, 2, 1.
    private static readonly int[] s_counts = [1, 2, 7, 15, 17, 23, Tokens];

    /// <summary>Compares a product with int8 activations.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <typeparam name="TForm">How it reads as integers.</typeparam>
    /// <param name="product">The product.</param>
    /// <returns>True when every bit agrees.</returns>
    public static bool Int8Agrees<TBlock, TForm>(QuantProduct product)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
    {
        int cols = StripCols + TBlock.Length;
        using AlignedMemory weights = Weights<TBlock, TForm>(cols);
        using AlignedMemory values = ProbeValues.Floats(Tokens * cols, 2);
        using AlignedMemory quantized = new(Tokens * QuantizedRow.Bytes(cols));
        using AlignedMemory expected = new(Tokens * Rows * sizeof(float));
        using AlignedMemory found = new(Tokens * Rows * sizeof(float));
        using Scratch scratch = new(1);
        Tensor x = new((float*)values.Pointer, Tokens, cols, cols);
        for (int t = 0; t < Tokens; t++)
        {
            QuantizedRow.Quantize(x.Pointer + ((long)t * cols), cols, quantized.Pointer + (t * QuantizedRow.Bytes(cols)));
        }

        ActivationRows rows = new(x, quantized.Pointer);
        long rowBytes = weights.Length / Rows;
        new ScalarQuantProduct<TBlock, TForm>().Multiply(weights.Pointer, rowBytes, Rows, cols, rows, (float*)expected.Pointer, Rows, scratch, 0);
        foreach (int count in s_counts)
        {
            ProbeValues.Poison(found);
            product.Multiply(weights.Pointer, rowBytes, Rows, cols, rows.RowRange(0, count), (float*)found.Pointer, Rows, scratch, 0);
            if (!ProbeValues.AreEqual(expected, found, count * Rows))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Compares a product with f32 activations.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <typeparam name="TForm">How it reads as integers.</typeparam>
    /// <param name="product">The product.</param>
    /// <returns>True when every bit agrees.</returns>
    public static bool ExactAgrees<TBlock, TForm>(QuantProduct product)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
    {
        int cols = StripCols + TBlock.Length;
        using AlignedMemory weights = Weights<TBlock, TForm>(cols);
        using AlignedMemory values = ProbeValues.Floats(ExactTokens * cols, 2);
        using AlignedMemory wide = new(Rows * cols * sizeof(float));
        using AlignedMemory expected = new(ExactTokens * Rows * sizeof(float));
        using AlignedMemory found = new(ExactTokens * Rows * sizeof(float));
        using Scratch scratch = new(1);
        Tensor x = new((float*)values.Pointer, ExactTokens, cols, cols);
        Dequantize.Row(TBlock.Type, weights.AsSpan<byte>(0, (int)weights.Length), wide.AsSpan<float>(0, Rows * cols));
        new ScalarFloatProduct().MultiplyFewWidened((float*)wide.Pointer, Rows, cols, x, (float*)expected.Pointer, Rows);
        for (int count = 1; count <= ExactTokens; count++)
        {
            ProbeValues.Poison(found);
            ActivationRows rows = ActivationRows.Float(x.RowRange(0, count));
            product.Multiply(weights.Pointer, weights.Length / Rows, Rows, cols, rows, (float*)found.Pointer, Rows, scratch, 0);
            if (!ProbeValues.AreEqual(expected, found, count * Rows))
            {
                return false;
            }
        }

        return true;
    }

    // Random bytes; a block is drawn again until its scales are numbers whose products stay finite.
    private static AlignedMemory Weights<TBlock, TForm>(int cols)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
    {
        int blocks = Rows * cols / TBlock.Length;
        AlignedMemory memory = new((long)blocks * sizeof(TBlock));
        SeededRandom random = new(1);
        for (int b = 0; b < blocks; b++)
        {
            Span<byte> bytes = memory.AsSpan<byte>((long)b * sizeof(TBlock), sizeof(TBlock));
            do
            {
                ProbeValues.Fill(bytes, random);
            }
            while (!HasOrdinaryScales<TBlock, TForm>(in ((TBlock*)memory.Pointer)[b]));
        }

        return memory;
    }

    private static bool HasOrdinaryScales<TBlock, TForm>(in TBlock block)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
    {
        for (int g = 0; g < TBlock.Length / TForm.GroupLength; g++)
        {
            if (!(MathF.Abs(TForm.Scale(in block, g)) <= LargestScale) || !(MathF.Abs(TForm.Minimum(in block, g)) <= LargestScale))
            {
                return false;
            }
        }

        return true;
    }
}
