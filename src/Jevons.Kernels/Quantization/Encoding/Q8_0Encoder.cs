using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>d = max |x| / 127, q = x / d rounded to nearest, halves away from zero, with the reciprocal of the unrounded d.</summary>
internal readonly struct Q8_0Encoder : IBlockEncoder<BlockQ8_0>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ8_0 block)
    {
        block = default;
        float d = MathF.Abs(Rounding.FirstLargest(x)) / 127f;
        float inverse = Rounding.ReciprocalOrZero(d);
        block.D = (Half)d;
        for (int i = 0; i < 32; i++)
        {
            block.Qs[i] = (sbyte)Rounding.Truncate(MathF.Round(x[i] * inverse, MidpointRounding.AwayFromZero));
        }

        return Half.IsFinite(block.D);
    }
}
