using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// e = floor(log2 max |x|) - 2 + 127 (the exponent of e2m1's largest value is 2), at least 0; each element takes the first
/// code whose value K * 2^(e - 128) is nearest.
/// </summary>
internal readonly struct MXFP4Encoder : IBlockEncoder<BlockMXFP4>
{
    /// <inheritdoc/>
    public static bool Encode(ReadOnlySpan<float> x, out BlockMXFP4 block)
    {
        block = default;
        float largest = MathF.Abs(Rounding.FirstLargest(x));
        block.E = largest > 0 ? (byte)Math.Max(0, MathF.Floor(MathF.Log2(largest)) - 2f + 127f) : (byte)0;
        float d = MXFP4Decoder.Scale(block.E);
        for (int j = 0; j < 16; j++)
        {
            block.Qs[j] = (byte)(NearestCode(x[j], d) | NearestCode(x[j + 16], d) << 4);
        }

        return true;
    }

    private static int NearestCode(float x, float d)
    {
        int best = 0;
        float bestError = float.PositiveInfinity;
        for (int code = 0; code < 16; code++)
        {
            float error = MathF.Abs((Codebooks.Mxfp4[code] * d) - x);
            if (error < bestError)
            {
                best = code;
                bestError = error;
            }
        }

        return best;
    }
}
