using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>destination[d, j] = rows[j, d] for j below <paramref name="count"/>; the other lanes stay as they are.</summary>
    /// <param name="rows">count rows.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="dim">Elements of a row.</param>
    /// <param name="count">Rows, at most 64.</param>
    /// <param name="destination">[dim, 64].</param>
    public static void Transpose(float* rows, int stride, int dim, int count, float* destination)
    {
        int j = 0;
        for (; Avx512F.IsSupported && j <= count - 16; j += 16)
        {
            float* from = rows + ((long)j * stride);
            int d = 0;
            for (; d <= dim - 16; d += 16)
            {
                SixteenBySixteen(from + d, stride, destination + ((long)d * KvLayerLayout.PageLength) + j);
            }

            for (; d < dim; d++)
            {
                for (int i = 0; i < 16; i++)
                {
                    destination[((long)d * KvLayerLayout.PageLength) + j + i] = from[d + ((long)i * stride)];
                }
            }
        }

        for (; j <= count - 4; j += 4)
        {
            float* from = rows + ((long)j * stride);
            int d = 0;
            for (; d <= dim - 4; d += 4)
            {
                FourByFour(from + d, stride, destination + ((long)d * KvLayerLayout.PageLength) + j);
            }

            for (; d < dim; d++)
            {
                float* to = destination + ((long)d * KvLayerLayout.PageLength) + j;
                to[0] = from[d];
                to[1] = from[d + stride];
                to[2] = from[d + (2L * stride)];
                to[3] = from[d + (3L * stride)];
            }
        }

        for (; j < count; j++)
        {
            for (int d = 0; d < dim; d++)
            {
                destination[((long)d * KvLayerLayout.PageLength) + j] = rows[((long)j * stride) + d];
            }
        }
    }

    // Four rows that lie four apart share a register, 128 bits each; a 4 x 4 turn inside the lanes then leaves four columns in
    // order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SixteenBySixteen(float* from, int stride, float* to)
    {
        for (int quarter = 0; quarter < 4; quarter++)
        {
            float* at = from + (4 * quarter);
            Vector512<float> a = FourRows(at, stride);
            Vector512<float> b = FourRows(at + stride, stride);
            Vector512<float> c = FourRows(at + (2L * stride), stride);
            Vector512<float> d = FourRows(at + (3L * stride), stride);
            Vector512<double> ab0 = Avx512F.UnpackLow(a, b).AsDouble();
            Vector512<double> ab2 = Avx512F.UnpackHigh(a, b).AsDouble();
            Vector512<double> cd0 = Avx512F.UnpackLow(c, d).AsDouble();
            Vector512<double> cd2 = Avx512F.UnpackHigh(c, d).AsDouble();
            float* column = to + (4L * quarter * KvLayerLayout.PageLength);
            Avx512F.UnpackLow(ab0, cd0).AsSingle().Store(column);
            Avx512F.UnpackHigh(ab0, cd0).AsSingle().Store(column + KvLayerLayout.PageLength);
            Avx512F.UnpackLow(ab2, cd2).AsSingle().Store(column + (2 * KvLayerLayout.PageLength));
            Avx512F.UnpackHigh(ab2, cd2).AsSingle().Store(column + (3 * KvLayerLayout.PageLength));
        }
    }

    // Rows 0, 4, 8 and 12.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FourRows(float* from, int stride)
    {
        Vector512<float> rows = Vector128.Load(from).ToVector256Unsafe().ToVector512Unsafe();
        rows = Avx512F.InsertVector128(rows, Vector128.Load(from + (4L * stride)), 1);
        rows = Avx512F.InsertVector128(rows, Vector128.Load(from + (8L * stride)), 2);
        return Avx512F.InsertVector128(rows, Vector128.Load(from + (12L * stride)), 3);
    }

    // Lanes move as pairs of floats: [a0 a1 a2 a3] and [b0 b1 b2 b3] interleave to [a0 b0 a1 b1] and [a2 b2 a3 b3], and two
    // such pairs of rows joined by halves are columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByFour(float* from, int stride, float* to)
    {
        Vector128<float> a = Vector128.Load(from);
        Vector128<float> b = Vector128.Load(from + stride);
        Vector128<float> c = Vector128.Load(from + (2L * stride));
        Vector128<float> d = Vector128.Load(from + (3L * stride));
        (Vector128<float> ab0, Vector128<float> ab2) = Interleave(a, b);
        (Vector128<float> cd0, Vector128<float> cd2) = Interleave(c, d);
        Vector128.Create(ab0.GetLower(), cd0.GetLower()).Store(to);
        Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).Store(to + KvLayerLayout.PageLength);
        Vector128.Create(ab2.GetLower(), cd2.GetLower()).Store(to + (2 * KvLayerLayout.PageLength));
        Vector128.Create(ab2.GetUpper(), cd2.GetUpper()).Store(to + (3 * KvLayerLayout.PageLength));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<float> Lower, Vector128<float> Upper) Interleave(Vector128<float> a, Vector128<float> b)
    {
        if (Sse.IsSupported)
        {
            return (Sse.UnpackLow(a, b), Sse.UnpackHigh(a, b));
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            return (AdvSimd.Arm64.ZipLow(a, b), AdvSimd.Arm64.ZipHigh(a, b));
        }

        return (Vector128.Create(a[0], b[0], a[1], b[1]), Vector128.Create(a[2], b[2], a[3], b[3]));
    }
}
