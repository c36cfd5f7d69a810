using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>The scale is searched with weights x^2; each element takes the level nearest to x / d with the unrounded d.</summary>
internal readonly struct IQ4NLEncoder : IBlockEncoder<BlockIQ4NL>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockIQ4NL block)
    {
        block = default;
        float d = LevelSearch.Find(x);
        float inverse = Rounding.ReciprocalOrZero(d);
        block.D = (Half)d;
        for (int j = 0; j < 16; j++)
        {
            block.Qs[j] = (byte)(LevelSearch.Nearest(x[j] * inverse) | LevelSearch.Nearest(x[j + 16] * inverse) << 4);
        }

        return Half.IsFinite(block.D);
    }
}
