using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// d = m / -16 with m the first element of the largest magnitude; q = trunc(x / d + 16.5), at most 31, with the reciprocal of
/// the unrounded d.
/// </summary>
internal readonly struct Q5_0Encoder : IBlockEncoder<BlockQ5_0>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ5_0 block)
    {
        block = default;
        float d = Rounding.FirstLargest(x) / -16f;
        float inverse = Rounding.ReciprocalOrZero(d);
        block.D = (Half)d;
        for (int j = 0; j < 16; j++)
        {
            int low = Math.Min(31, Rounding.Truncate((x[j] * inverse) + 16.5f));
            int high = Math.Min(31, Rounding.Truncate((x[j + 16] * inverse) + 16.5f));
            block.Qs[j] = (byte)((low & 15) | high << 4);
            block.Qh |= (uint)(low >> 4 & 1) << j | (uint)(high >> 4 & 1) << (j + 16);
        }

        return Half.IsFinite(block.D);
    }
}
