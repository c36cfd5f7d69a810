using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Conversion;

/// <summary>
/// Copies a matrix so that its rows become columns. Elements move and none is computed, so registers of the widest kind are used
/// whatever the instruction set of the kernels.
/// </summary>
internal static unsafe class Transpose
{
    /// <summary>to[c, r] = from[r, c]; what else lies between the rows of the destination stays.</summary>
    /// <param name="from">from[0, 0].</param>
    /// <param name="fromStride">Elements from one row to the next.</param>
    /// <param name="rows">Rows of from.</param>
    /// <param name="cols">Columns of from.</param>
    /// <param name="to">to[0, 0]; must not overlap from.</param>
    /// <param name="toStride">Elements from one row of to to the next.</param>
    public static void Copy(float* from, nint fromStride, int rows, int cols, float* to, nint toStride)
    {
        int r = 0;
        for (; Avx512F.IsSupported && r <= rows - 16; r += 16)
        {
            float* row = from + (r * fromStride);
            int c = 0;
            for (; c <= cols - 16; c += 16)
            {
                SixteenBySixteen(row + c, fromStride, to + (c * toStride) + r, toStride);
            }

            Columns(row, fromStride, 16, c, cols, to + r, toStride);
        }

        for (; r <= rows - 4; r += 4)
        {
            float* row = from + (r * fromStride);
            int c = 0;
            for (; c <= cols - 4; c += 4)
            {
                FourByFour(row + c, fromStride, to + (c * toStride) + r, toStride);
            }

            Columns(row, fromStride, 4, c, cols, to + r, toStride);
        }

        Columns(from + (r * fromStride), fromStride, rows - r, 0, cols, to + r, toStride);
    }

    private static void Columns(float* from, nint fromStride, int rows, int firstCol, int endCol, float* to, nint toStride)
    {
        for (int c = firstCol; c < endCol; c++)
        {
            for (int r = 0; r < rows; r++)
            {
                to[(c * toStride) + r] = from[(r * fromStride) + c];
            }
        }
    }

    // Four rows that lie four apart share a register, 128 bits each; a 4 x 4 turn inside the lanes then leaves four columns in
    // order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SixteenBySixteen(float* from, nint fromStride, float* to, nint toStride)
    {
        for (int quarter = 0; quarter < 4; quarter++)
        {
            float* at = from + (4 * quarter);
            Vector512<float> a = FourRows(at, fromStride);
            Vector512<float> b = FourRows(at + fromStride, fromStride);
            Vector512<float> c = FourRows(at + (2 * fromStride), fromStride);
            Vector512<float> d = FourRows(at + (3 * fromStride), fromStride);
            Vector512<double> ab0 = Avx512F.UnpackLow(a, b).AsDouble();
            Vector512<double> ab2 = Avx512F.UnpackHigh(a, b).AsDouble();
            Vector512<double> cd0 = Avx512F.UnpackLow(c, d).AsDouble();
            Vector512<double> cd2 = Avx512F.UnpackHigh(c, d).AsDouble();
            float* column = to + (4 * quarter * toStride);
            Avx512F.UnpackLow(ab0, cd0).AsSingle().Store(column);
            Avx512F.UnpackHigh(ab0, cd0).AsSingle().Store(column + toStride);
            Avx512F.UnpackLow(ab2, cd2).AsSingle().Store(column + (2 * toStride));
            Avx512F.UnpackHigh(ab2, cd2).AsSingle().Store(column + (3 * toStride));
        }
    }

    // Rows 0, 4, 8 and 12.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FourRows(float* from, nint stride)
    {
        Vector512<float> rows = Vector128.Load(from).ToVector256Unsafe().ToVector512Unsafe();
        rows = Avx512F.InsertVector128(rows, Vector128.Load(from + (4 * stride)), 1);
        rows = Avx512F.InsertVector128(rows, Vector128.Load(from + (8 * stride)), 2);
        return Avx512F.InsertVector128(rows, Vector128.Load(from + (12 * stride)), 3);
    }

    // Lanes move as pairs of floats: [a0 a1 a2 a3] and [b0 b1 b2 b3] interleave to [a0 b0 a1 b1] and [a2 b2 a3 b3], and two
    // such pairs of rows joined by halves are columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourByFour(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector128<float> a = Vector128.Load(from);
        Vector128<float> b = Vector128.Load(from + fromStride);
        Vector128<float> c = Vector128.Load(from + (2 * fromStride));
        Vector128<float> d = Vector128.Load(from + (3 * fromStride));
        (Vector128<float> ab0, Vector128<float> ab2) = Interleave(a, b);
        (Vector128<float> cd0, Vector128<float> cd2) = Interleave(c, d);
        Vector128.Create(ab0.GetLower(), cd0.GetLower()).Store(to);
        Vector128.Create(ab0.GetUpper(), cd0.GetUpper()).Store(to + toStride);
        Vector128.Create(ab2.GetLower(), cd2.GetLower()).Store(to + (2 * toStride));
        Vector128.Create(ab2.GetUpper(), cd2.GetUpper()).Store(to + (3 * toStride));
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
