using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Sixteen scales over 16 elements, found by moving one element at a time with weights x^2; they are rounded to 6 bits against
/// the largest and the elements quantised once more against the rounded scales.
/// </summary>
internal readonly struct Q3KEncoder : IBlockEncoder<BlockQ3K>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ3K block)
    {
        block = default;
        Span<sbyte> q = stackalloc sbyte[256];
        Span<float> scales = stackalloc float[16];
        for (int j = 0; j < 16; j++)
        {
            scales[j] = ScaleSearch.Descent(x.Slice(16 * j, 16), q.Slice(16 * j, 16));
        }

        float largest = Rounding.FirstLargest(scales);
        if (largest == 0)
        {
            return true;
        }

        float inverse = -32f / largest;
        block.D = (Half)(1f / inverse);
        for (int j = 0; j < 16; j++)
        {
            int scale = Rounding.Nearest(inverse * scales[j], -32, 31);
            PackedScales.SetQ3Scale(ref block.Scales, j, scale + 32);
            ScaleSearch.Requantize(x.Slice(16 * j, 16), (float)block.D * scale, 4, q.Slice(16 * j, 16));
        }

        for (int i = 0; i < 256; i++)
        {
            int stored = q[i] + 4;
            block.Qs[(32 * (i / 128)) + (i % 32)] |= (byte)((stored & 3) << (2 * (i % 128 / 32)));
            block.HMask[i % 32] |= (byte)(stored >> 2 << (i / 32));
        }

        return Half.IsFinite(block.D);
    }
}
