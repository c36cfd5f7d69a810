using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// Sixteen scales over 16 elements, found with weights x^2; they are rounded to 8 bits against the largest and the elements
/// quantised once more against the rounded scales.
/// </summary>
internal readonly struct Q6KEncoder : IBlockEncoder<BlockQ6K>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ6K block)
    {
        block = default;
        Span<sbyte> q = stackalloc sbyte[256];
        Span<float> scales = stackalloc float[16];
        Span<Vector256<float>> lanes = stackalloc Vector256<float>[16];
        Span<Vector256<float>> integers = stackalloc Vector256<float>[16];
        for (int half = 0; half < 2; half++)
        {
            LineSearch.Transpose(x.Slice(128 * half, 128), lanes);
            ScaleSearch.Steps(lanes, integers).CopyTo(scales[(8 * half)..]);
            LineSearch.Transpose(integers, q.Slice(128 * half, 128));
        }

        float largest = Rounding.FirstLargest(scales);
        if (MathF.Abs(largest) < Rounding.Negligible)
        {
            return true;
        }

        float inverse = -128f / largest;
        block.D = (Half)(1f / inverse);
        for (int j = 0; j < 16; j++)
        {
            block.Scales[j] = (sbyte)Math.Min(127, Rounding.Nearest(inverse * scales[j]));
            ScaleSearch.Requantize(x.Slice(16 * j, 16), (float)block.D * block.Scales[j], 32, q.Slice(16 * j, 16));
        }

        for (int i = 0; i < 256; i++)
        {
            int n = i / 128;
            int k = i % 128 / 32;
            int l = i % 32;
            int stored = q[i] + 32;
            block.Ql[(64 * n) + (32 * (k % 2)) + l] |= (byte)((stored & 15) << (4 * (k / 2)));
            block.Qh[(32 * n) + l] |= (byte)(stored >> 4 << (2 * k));
        }

        return Half.IsFinite(block.D);
    }
}
