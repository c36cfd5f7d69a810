using System.Runtime.Intrinsics;
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
        Span<sbyte> q = stackalloc sbyte[256];
        Span<float> scales = stackalloc float[16];
        Span<float> mins = stackalloc float[16];

        // Lanes 0..7 of the first 16 vectors hold sub-blocks 0..7, those of the second 16 sub-blocks 8..15.
        Span<Vector256<float>> lanes = stackalloc Vector256<float>[32];
        Span<Vector256<float>> weights = stackalloc Vector256<float>[16];
        Span<Vector256<float>> integers = stackalloc Vector256<float>[32];
        for (int half = 0; half < 2; half++)
        {
            Span<Vector256<float>> sub = lanes.Slice(16 * half, 16);
            LineSearch.Transpose(x.Slice(128 * half, 128), sub);
            for (int i = 0; i < 16; i++)
            {
                weights[i] = Vector256.Abs(sub[i]);
            }

            (Vector256<float> scale, Vector256<float> min) = LineSearch.Find(sub, weights, integers.Slice(16 * half, 16), LineSearch.Q2K);
            scale.CopyTo(scales[(8 * half)..]);
            min.CopyTo(mins[(8 * half)..]);
        }

        RoundLines(scales, mins, ref block);
        for (int half = 0; half < 2; half++)
        {
            Vector256<float> scale = Vector256.Create(scales.Slice(8 * half, 8));
            Vector256<float> min = Vector256.Create(mins.Slice(8 * half, 8));
            LineSearch.Requantize(lanes.Slice(16 * half, 16), scale, min, LineSearch.Q2K.Max, integers.Slice(16 * half, 16));
            LineSearch.Transpose(integers.Slice(16 * half, 16), q.Slice(128 * half, 128));
        }

        for (int i = 0; i < 256; i++)
        {
            block.Qs[(32 * (i / 128)) + (i % 32)] |= (byte)(q[i] << (2 * (i % 128 / 32)));
        }

        return Half.IsFinite(block.D) && Half.IsFinite(block.DMin);
    }

    // Replaces scales and minima by what the block will be read with.
    private static void RoundLines(Span<float> scales, Span<float> mins, ref BlockQ2K block)
    {
        float maxScale = 0;
        float maxMin = 0;
        for (int j = 0; j < 16; j++)
        {
            maxScale = scales[j] > maxScale ? scales[j] : maxScale;
            maxMin = mins[j] > maxMin ? mins[j] : maxMin;
        }

        float inverseScale = maxScale > 0 ? 15f / maxScale : 0f;
        float inverseMin = maxMin > 0 ? 15f / maxMin : 0f;
        block.D = (Half)(maxScale / 15f);
        block.DMin = (Half)(maxMin / 15f);
        for (int j = 0; j < 16; j++)
        {
            block.Scales[j] = (byte)(Rounding.Nearest(inverseScale * scales[j]) | Rounding.Nearest(inverseMin * mins[j]) << 4);
            scales[j] = (float)block.D * (block.Scales[j] & 15);
            mins[j] = (float)block.DMin * (block.Scales[j] >> 4);
        }
    }
}
