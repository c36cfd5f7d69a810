using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Eight scales over 32 elements, searched as for IQ4_NL and rounded to 6 bits against the largest; each element takes the
/// level nearest to x over its rounded scale, the block's own scale unrounded.
/// </summary>
internal readonly struct IQ4XSEncoder : IBlockEncoder<BlockIQ4XS>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockIQ4XS block)
    {
        block = default;
        Span<float> scales = stackalloc float[8];
        for (int j = 0; j < 8; j++)
        {
            scales[j] = LevelSearch.Find(x.Slice(32 * j, 32));
        }

        float d = -Rounding.FirstLargest(scales) / 32f;
        float inverse = Rounding.ReciprocalOrZero(d);
        block.D = (Half)d;
        for (int j = 0; j < 8; j++)
        {
            int scale = Rounding.Nearest(inverse * scales[j], -32, 31);
            float inverseScale = Rounding.ReciprocalOrZero(d * scale);
            for (int l = 0; l < 16; l++)
            {
                int low = LevelSearch.Nearest(x[(32 * j) + l] * inverseScale);
                int high = LevelSearch.Nearest(x[(32 * j) + l + 16] * inverseScale);
                block.Qs[(16 * j) + l] = (byte)(low | high << 4);
            }

            int stored = scale + 32;
            block.ScalesLow[j / 2] |= (byte)((stored & 15) << (4 * (j % 2)));
            block.ScalesHigh |= (ushort)(stored >> 4 << (2 * j));
        }

        return Half.IsFinite(block.D);
    }
}
