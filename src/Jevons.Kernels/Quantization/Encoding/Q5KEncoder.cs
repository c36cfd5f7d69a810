using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>As <see cref="Q4KEncoder"/>, with integers of 5 bits.</summary>
internal readonly struct Q5KEncoder : IBlockEncoder<BlockQ5K>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockQ5K block)
    {
        block = default;
        Span<sbyte> q = stackalloc sbyte[256];
        (block.D, block.DMin) = Q4KEncoder.EncodeLines(x, LineSearch.Q5K, ref block.Scales, q);
        for (int i = 0; i < 256; i++)
        {
            block.Qs[(32 * (i / 64)) + (i % 32)] |= (byte)((q[i] & 15) << (4 * (i / 32 % 2)));
            block.Qh[i % 32] |= (byte)(q[i] >> 4 << (i / 32));
        }

        return Half.IsFinite(block.D) && Half.IsFinite(block.DMin);
    }
}
