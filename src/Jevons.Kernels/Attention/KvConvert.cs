namespace Jevons.Kernels;

/// <summary>
/// Elements of the cache as f32. Every type widens exactly (an int8 times a half has at most 19 significant bits), so a
/// cache of any type behaves as an f32 cache that holds the rounded values.
/// </summary>
internal static unsafe class KvConvert
{
    /// <summary>Widens a run of F16 or BF16 elements.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="type">F16 or BF16.</param>
    /// <param name="source">count elements, count a multiple of 16.</param>
    /// <param name="destination">count elements.</param>
    /// <param name="count">Elements.</param>
    public static void Widen<T>(KvType type, ushort* source, float* destination, int count)
        where T : unmanaged, ILanes<T>
    {
        if (type == KvType.F16)
        {
            for (int i = 0; i < count; i += 16)
            {
                T.Store(destination + i, LaneMath.HalfToSingle(T.LoadUInt16Bits(source + i)));
            }
        }
        else
        {
            for (int i = 0; i < count; i += 16)
            {
                T.Store(destination + i, T.ShiftLeftBits(T.LoadUInt16Bits(source + i), 16));
            }
        }
    }

    /// <summary>Transposed Q8_0 keys [dim, 64] with scales [ceil(dim / 32), 64] as f32.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="source">The part of a page.</param>
    /// <param name="dim">Dimensions.</param>
    /// <param name="destination">[dim, 64].</param>
    public static void Q8Transposed<T>(byte* source, int dim, float* destination)
        where T : unmanaged, ILanes<T>
    {
        ushort* scales = (ushort*)(source + KvLayerLayout.ScaleOffset(dim));
        for (int block = 0; block < dim; block += 32, scales += KvLayerLayout.PageLength)
        {
            int end = Math.Min(dim, block + 32);
            for (int lane = 0; lane < KvLayerLayout.PageLength; lane += 16)
            {
                T scale = LaneMath.HalfToSingle(T.LoadUInt16Bits(scales + lane));
                for (int d = block; d < end; d++)
                {
                    long i = ((long)d * KvLayerLayout.PageLength) + lane;
                    T.Store(destination + i, T.LoadInt8((sbyte*)source + i) * scale);
                }
            }
        }
    }

    /// <summary>Q8_0 rows [64, stride] with scales [64, ceil(dim / 32)] as f32.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="source">The part of a page.</param>
    /// <param name="dim">Dimensions.</param>
    /// <param name="stride">dim rounded up to 16.</param>
    /// <param name="rows">Rows to convert.</param>
    /// <param name="destination">[rows, stride].</param>
    public static void Q8Rows<T>(byte* source, int dim, int stride, int rows, float* destination)
        where T : unmanaged, ILanes<T>
    {
        int blocks = KvLayerLayout.ScaleBlocks(dim);
        ushort* scales = (ushort*)(source + KvLayerLayout.ScaleOffset(stride));
        for (int row = 0; row < rows; row++)
        {
            for (int d = 0; d < stride; d += 16)
            {
                long i = ((long)row * stride) + d;
                T scale = T.Create((float)BitConverter.UInt16BitsToHalf(scales[(row * blocks) + (d / 32)]));
                T.Store(destination + i, T.LoadInt8((sbyte*)source + i) * scale);
            }
        }
    }

    /// <summary>Rows of a part [64, stride] as f32: in place for F32, else converted.</summary>
    /// <typeparam name="T">Lanes.</typeparam>
    /// <param name="type">Element type.</param>
    /// <param name="source">The part of a page.</param>
    /// <param name="dim">Dimensions.</param>
    /// <param name="stride">dim rounded up to 16.</param>
    /// <param name="rows">Rows needed.</param>
    /// <param name="buffer">rows * stride floats, used unless the type is F32.</param>
    /// <returns>The rows, stride elements apart.</returns>
    public static float* Rows<T>(KvType type, byte* source, int dim, int stride, int rows, float* buffer)
        where T : unmanaged, ILanes<T>
    {
        switch (type)
        {
            case KvType.F32:
                return (float*)source;
            case KvType.Q8_0:
                Q8Rows<T>(source, dim, stride, rows, buffer);
                return buffer;
            default:
                Widen<T>(type, (ushort*)source, buffer, rows * stride);
                return buffer;
        }
    }
}
