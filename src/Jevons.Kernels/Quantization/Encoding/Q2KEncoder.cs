using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Sixteen lines q * scale - min over 16 elements, found with weights |x| and absolute errors; scales and minima are then
/// rounded to 4 bits and the elements quantised once more against the rounded line.
/// </summary>
internal readonly struct Q2KEncoder : IBlockEncoder<BlockQ2K>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ2K block)
    {
        block = default;
        Span<byte> q = stackalloc byte[256];
        Span<float> scales = stackalloc float[16];
        Span<float> mins = stackalloc float[16];
        Span<float> weights = stackalloc float[16];
        float maxScale = 0;
        float maxMin = 0;
        for (int j = 0; j < 16; j++)
        {
            ReadOnlySpan<float> sub = x.Slice(16 * j, 16);
            for (int l = 0; l < 16; l++)
            {
                weights[l] = MathF.Abs(sub[l]);
            }

            (scales[j], mins[j]) = LineSearch.Find(sub, weights, q.Slice(16 * j, 16), LineSearch.Q2K);
            maxScale = scales[j] > maxScale ? scales[j] : maxScale;
            maxMin = mins[j] > maxMin ? mins[j] : maxMin;
        }

        float inverseScale = maxScale > 0 ? 15f / maxScale : 0f;
        float inverseMin = maxMin > 0 ? 15f / maxMin : 0f;
        block.D = (Half)(maxScale / 15f);
        block.DMin = (Half)(maxMin / 15f);
        for (int j = 0; j < 16; j++)
        {
            int scale = Rounding.Nearest(inverseScale * scales[j]);
            int min = Rounding.Nearest(inverseMin * mins[j]);
            block.Scales[j] = (byte)(scale | min << 4);
            LineSearch.Requantize(
                x.Slice(16 * j, 16), (float)block.D * (block.Scales[j] & 15), (float)block.DMin * (block.Scales[j] >> 4), 3, q.Slice(16 * j, 16));
        }

        for (int i = 0; i < 256; i++)
        {
            block.Qs[(32 * (i / 128)) + (i % 32)] |= (byte)(q[i] << (2 * (i % 128 / 32)));
        }

        return Half.IsFinite(block.D) && Half.IsFinite(block.DMin);
    }
}
