namespace Jevons.Kernels;

/// <summary>The rounding of Q8_0 caches; <see cref="KvWrite"/> states it.</summary>
internal static unsafe class KvQuantize
{
    /// <summary>Quantises the dimensions of one head and position.</summary>
    /// <param name="x">dim elements.</param>
    /// <param name="dim">Dimensions.</param>
    /// <param name="destination">First int8 element.</param>
    /// <param name="stride">Elements from one dimension to the next.</param>
    /// <param name="scales">First scale.</param>
    /// <param name="scaleStride">Scales from one block of 32 dimensions to the next.</param>
    public static void Row(float* x, int dim, sbyte* destination, int stride, Half* scales, int scaleStride)
    {
        for (int block = 0; block < dim; block += 32, scales += scaleStride)
        {
            int end = Math.Min(dim, block + 32);
            uint largest = 0;
            for (int d = block; d < end; d++)
            {
                // As integers, magnitudes order themselves finite < infinity < NaN.
                largest = Math.Max(largest, BitConverter.SingleToUInt32Bits(x[d]) & 0x7FFFFFFF);
            }

            Half scale = (Half)(BitConverter.UInt32BitsToSingle(largest) / 127f);
            *scales = scale;
            float divisor = (float)scale;
            bool usable = divisor > 0 && float.IsFinite(divisor);
            for (int d = block; d < end; d++)
            {
                float q = usable ? MathF.Round(x[d] / divisor, MidpointRounding.ToEven) : 0;
                destination[(long)d * stride] = (sbyte)Math.Clamp(q, -127f, 127f);
            }
        }
    }
}
