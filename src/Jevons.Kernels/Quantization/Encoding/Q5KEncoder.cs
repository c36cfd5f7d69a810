using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Eight lines q * scale - min over 32 elements, found with weights sqrt(mean x^2) + |x| and squared errors; scales and minima
/// are then rounded to 6 bits and the elements quantised once more against the rounded line.
/// </summary>
internal readonly struct Q5KEncoder : IBlockEncoder<BlockQ5K>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ5K block)
    {
        block = default;
        Span<byte> q = stackalloc byte[256];
        Span<float> scales = stackalloc float[8];
        Span<float> mins = stackalloc float[8];
        Span<float> weights = stackalloc float[32];
        float maxScale = 0;
        float maxMin = 0;
        for (int j = 0; j < 8; j++)
        {
            ReadOnlySpan<float> sub = x.Slice(32 * j, 32);
            LineSearch.RootMeanSquareWeights(sub, weights);
            (scales[j], mins[j]) = LineSearch.Find(sub, weights, q.Slice(32 * j, 32), LineSearch.Q5K);
            maxScale = scales[j] > maxScale ? scales[j] : maxScale;
            maxMin = mins[j] > maxMin ? mins[j] : maxMin;
        }

        float inverseScale = maxScale > 0 ? 63f / maxScale : 0f;
        float inverseMin = maxMin > 0 ? 63f / maxMin : 0f;
        block.D = (Half)(maxScale / 63f);
        block.DMin = (Half)(maxMin / 63f);
        for (int j = 0; j < 8; j++)
        {
            int scale = Math.Min((byte)63, (byte)Rounding.Nearest(inverseScale * scales[j]));
            int min = Math.Min((byte)63, (byte)Rounding.Nearest(inverseMin * mins[j]));
            PackedScales.SetScaleAndMin(ref block.Scales, j, scale, min);
            LineSearch.Requantize(x.Slice(32 * j, 32), (float)block.D * scale, (float)block.DMin * min, 31, q.Slice(32 * j, 32));
        }

        for (int i = 0; i < 256; i++)
        {
            block.Qs[(32 * (i / 64)) + (i % 32)] |= (byte)((q[i] & 15) << (4 * (i / 32 % 2)));
            block.Qh[i % 32] |= (byte)(q[i] >> 4 << (i / 32));
        }

        return Half.IsFinite(block.D) && Half.IsFinite(block.DMin);
    }
}
