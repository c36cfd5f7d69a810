using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>The specification: plain loops over groups in the order that <see cref="QuantProduct"/> states.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TForm">How it reads as integers.</typeparam>
internal sealed unsafe class ScalarQuantProduct<TBlock, TForm> : QuantProduct
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TForm : struct, IQuantForm<TBlock>
{
    /// <inheritdoc/>
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        int groups = cols / TForm.GroupLength;
        sbyte* values = (sbyte*)scratch.Get(worker, cols + (8L * groups));
        float* scales = (float*)(values + cols);
        float* minima = scales + groups;
        long xBytes = QuantizedRow.Bytes(cols);
        for (int r = 0; r < rows; r++)
        {
            Unpack((TBlock*)(w + (r * rowBytes)), cols, values, scales, minima);
            for (int t = 0; t < x.Count; t++)
            {
                y[(t * yStride) + r] = Dot(values, scales, minima, x.Quantized + (t * xBytes), cols);
            }
        }
    }

    private static void Unpack(TBlock* blocks, int cols, sbyte* values, float* scales, float* minima)
    {
        int perBlock = TBlock.Length / TForm.GroupLength;
        for (int b = 0; b < cols / TBlock.Length; b++)
        {
            for (int j = 0; j < TBlock.Length / 16; j++)
            {
                TForm.Values(in blocks[b], j).Store(values + (b * TBlock.Length) + (16 * j));
            }

            for (int g = 0; g < perBlock; g++)
            {
                scales[(b * perBlock) + g] = TForm.Scale(in blocks[b], g);
                minima[(b * perBlock) + g] = TForm.Minimum(in blocks[b], g);
            }
        }
    }

    private static float Dot(sbyte* q, float* scales, float* minima, byte* row, int cols)
    {
        float acc = 0;
        for (int g = 0; g < cols / TForm.GroupLength; g++)
        {
            // A group of the activations holds one of the weights, or two halves.
            int half = g * TForm.GroupLength % QuantizedRow.GroupLength / 16;
            byte* group = row + ((long)g * TForm.GroupLength / QuantizedRow.GroupLength * QuantizedRow.GroupBytes);
            sbyte* p = (sbyte*)group + (16 * half);
            int sum = 0;
            for (int i = 0; i < TForm.GroupLength; i++)
            {
                sum += q[(g * TForm.GroupLength) + i] * p[i];
            }

            acc = MathF.FusedMultiplyAdd(scales[g] * *(float*)(group + QuantizedRow.Scale), sum, acc);
            if (TForm.HasMinimum)
            {
                float* scaledSum = (float*)(group + (TForm.GroupLength == 16 ? QuantizedRow.ScaledSums16 : QuantizedRow.ScaledSum32)) + half;
                acc = MathF.FusedMultiplyAdd(-minima[g], *scaledSum, acc);
            }
        }

        return acc;
    }
}
