using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>Folds sixteen sums of 16 lanes each at once on 512 bits: l with l + 8, with l + 4, with l + 2, with l + 1, as one sum alone does.</summary>
internal static unsafe class SixteenFold
{
    /// <summary>The sums of 16 rows.</summary>
    /// <param name="tile">Lanes of rows 0 to 3.</param>
    /// <param name="tileStride">Floats from there to the lanes of rows 4 to 7, and so on.</param>
    /// <returns>One sum per row, in order.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Rows(float* tile, nint tileStride) => Last(
        Quarter(tile, tileStride, 0), Quarter(tile, tileStride, 1), Quarter(tile, tileStride, 2), Quarter(tile, tileStride, 3));

    // Four lanes each of rows i, i + 4, i + 8, i + 12, one row in each 128 bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarter(float* tile, nint tileStride, int i)
    {
        float* row = tile + (16 * i);
        Vector512<float> first = Halves(Vector512.Load(row), Vector512.Load(row + tileStride));
        Vector512<float> second = Halves(Vector512.Load(row + (2 * tileStride)), Vector512.Load(row + (3 * tileStride)));
        return Avx512F.Shuffle4x128(first, second, 0b10_00_10_00) + Avx512F.Shuffle4x128(first, second, 0b11_01_11_01);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halves(Vector512<float> a, Vector512<float> b) =>
        Avx512F.Shuffle4x128(a, b, 0b01_00_01_00) + Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Last(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Vector512<float> ab = Pairs(a, b);
        Vector512<float> cd = Pairs(c, d);
        return Avx512F.Shuffle(ab, cd, 0b10_00_10_00) + Avx512F.Shuffle(ab, cd, 0b11_01_11_01);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pairs(Vector512<float> a, Vector512<float> b) =>
        Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle() + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();
}
