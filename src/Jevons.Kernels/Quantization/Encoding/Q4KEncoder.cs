using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Eight lines q * scale - min over 32 elements, found with weights sqrt(mean x^2) + |x| and squared errors; scales and minima
/// are then rounded to 6 bits and the elements quantised once more against the rounded line.
/// </summary>
internal readonly struct Q4KEncoder : IBlockEncoder<BlockQ4K>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ4K block)
    {
        block = default;
        Span<sbyte> q = stackalloc sbyte[256];
        (block.D, block.DMin) = EncodeLines(x, LineSearch.Q4K, ref block.Scales, q);
        for (int i = 0; i < 256; i++)
        {
            block.Qs[(32 * (i / 64)) + (i % 32)] |= (byte)(q[i] << (4 * (i / 32 % 2)));
        }

        return Half.IsFinite(block.D) && Half.IsFinite(block.DMin);
    }

    /// <summary>What Q4_K and Q5_K share: everything but the place of the bits.</summary>
    /// <param name="x">256 elements.</param>
    /// <param name="settings">Range of the integers and of the search.</param>
    /// <param name="packed">Receives scales and minima; zeroed before.</param>
    /// <param name="q">Receives 256 integers.</param>
    /// <returns>Scale of the scales and scale of the minima.</returns>
    public static (Half D, Half DMin) EncodeLines(ReadOnlySpan<float> x, in LineSearch.Settings settings, ref Bytes12 packed, Span<sbyte> q)
    {
        Span<Vector256<float>> lanes = stackalloc Vector256<float>[32];
        Span<Vector256<float>> weights = stackalloc Vector256<float>[32];
        Span<Vector256<float>> integers = stackalloc Vector256<float>[32];
        LineSearch.Transpose(x, lanes);
        LineSearch.RootMeanSquareWeights(lanes, weights);
        (Vector256<float> scales, Vector256<float> mins) = LineSearch.Find(lanes, weights, integers, settings);

        float maxScale = LargestPositive(scales);
        float maxMin = LargestPositive(mins);
        float inverseScale = maxScale > 0 ? 63f / maxScale : 0f;
        float inverseMin = maxMin > 0 ? 63f / maxMin : 0f;
        Half d = (Half)(maxScale / 63f);
        Half dMin = (Half)(maxMin / 63f);
        for (int j = 0; j < LineSearch.Lanes; j++)
        {
            int scale = Math.Min((byte)63, (byte)Rounding.Nearest(inverseScale * scales[j]));
            int min = Math.Min((byte)63, (byte)Rounding.Nearest(inverseMin * mins[j]));
            PackedScales.SetScaleAndMin(ref packed, j, scale, min);
            scales = scales.WithElement(j, (float)d * scale);
            mins = mins.WithElement(j, (float)dMin * min);
        }

        LineSearch.Requantize(lanes, scales, mins, settings.Max, integers);
        LineSearch.Transpose(integers, q);
        return (d, dMin);
    }

    private static float LargestPositive(Vector256<float> values)
    {
        float largest = 0;
        for (int j = 0; j < LineSearch.Lanes; j++)
        {
            largest = values[j] > largest ? values[j] : largest;
        }

        return largest;
    }
}
