using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// d = m / -8 with m the first element of the largest magnitude, so that m becomes exactly -8 d; q = trunc(x / d + 8.5), at
/// most 15. The reciprocal is that of the unrounded d.
/// </summary>
internal readonly struct Q4_0Encoder : IBlockEncoder<BlockQ4_0>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ4_0 block)
    {
        block = default;
        float d = Rounding.FirstLargest(x) / -8f;
        float inverse = Rounding.ReciprocalOrZero(d);
        block.D = (Half)d;
        for (int j = 0; j < 16; j++)
        {
            int low = Math.Min(15, Rounding.Truncate((x[j] * inverse) + 8.5f));
            int high = Math.Min(15, Rounding.Truncate((x[j + 16] * inverse) + 8.5f));
            block.Qs[j] = (byte)(low | high << 4);
        }

        return Half.IsFinite(block.D);
    }
}
