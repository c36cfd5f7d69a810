using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>m = min x, d = (max x - m) / 31, q = trunc((x - m) / d + 0.5), at most 31, with the unrounded d and m.</summary>
internal readonly struct Q5_1Encoder : IBlockEncoder<BlockQ5_1>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ5_1 block)
    {
        block = default;
        float min = float.MaxValue;
        float max = float.MinValue;
        foreach (float value in x)
        {
            min = value < min ? value : min;
            max = value > max ? value : max;
        }

        float d = (max - min) / 31f;
        float inverse = Rounding.ReciprocalOrZero(d);
        block.D = (Half)d;
        block.M = (Half)min;
        for (int j = 0; j < 16; j++)
        {
            int low = Math.Min(31, Rounding.Truncate(((x[j] - min) * inverse) + 0.5f));
            int high = Math.Min(31, Rounding.Truncate(((x[j + 16] - min) * inverse) + 0.5f));
            block.Qs[j] = (byte)((low & 15) | high << 4);
            block.Qh |= (uint)(low >> 4 & 1) << j | (uint)(high >> 4 & 1) << (j + 16);
        }

        return Half.IsFinite(block.D) && Half.IsFinite(block.M);
    }
}
