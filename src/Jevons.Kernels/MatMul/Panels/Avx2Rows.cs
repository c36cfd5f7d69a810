using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>8 rows in a 256-bit register.</summary>
internal readonly unsafe struct Avx2Rows : IPairLanes<Vector256<uint>>
{
    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load(void* p) => Vector256.Load((uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<uint> value, void* p) => value.Store((uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Fill(uint value) => Vector256.Create(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> FillFrom(void* p) => Vector256.Create(*(uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadTransposed(
        byte* p, long stride, out Vector256<uint> d0, out Vector256<uint> d1, out Vector256<uint> d2, out Vector256<uint> d3)
    {
        // 128-bit lane L of z_i is row 4 L + i, so that the 4 x 4 turn inside the lanes ends with rows 0..7 in order.
        Vector256<uint> z0 = Rows(p, stride);
        Vector256<uint> z1 = Rows(p + stride, stride);
        Vector256<uint> z2 = Rows(p + (2 * stride), stride);
        Vector256<uint> z3 = Rows(p + (3 * stride), stride);
        Vector256<ulong> low01 = Avx2.UnpackLow(z0, z1).AsUInt64();
        Vector256<ulong> high01 = Avx2.UnpackHigh(z0, z1).AsUInt64();
        Vector256<ulong> low23 = Avx2.UnpackLow(z2, z3).AsUInt64();
        Vector256<ulong> high23 = Avx2.UnpackHigh(z2, z3).AsUInt64();
        d0 = Avx2.UnpackLow(low01, low23).AsUInt32();
        d1 = Avx2.UnpackHigh(low01, low23).AsUInt32();
        d2 = Avx2.UnpackLow(high01, high23).AsUInt32();
        d3 = Avx2.UnpackHigh(high01, high23).AsUInt32();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadHalves(byte* p, long stride) =>
        Avx2.ConvertToVector256Int32(EightHalves(p, stride)).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadWords(byte* p, long stride) =>
        Vector256.Create(FourWords(p, stride), FourWords(p + (4 * stride), stride));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> And(Vector256<uint> a, Vector256<uint> b) => a & b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Or(Vector256<uint> a, Vector256<uint> b) => a | b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> a, Vector256<uint> b) => a ^ b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftLeft(Vector256<uint> a, int count) => a << count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftRight(Vector256<uint> a, int count) => a >>> count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftRightArithmetic(Vector256<uint> a, int count) => (a.AsInt32() >> count).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add32(Vector256<uint> a, Vector256<uint> b) => a + b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Subtract32(Vector256<uint> a, Vector256<uint> b) => a - b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Subtract8(Vector256<uint> a, Vector256<uint> b) => (a.AsByte() - b.AsByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Multiply32(Vector256<uint> a, Vector256<uint> b) => a * b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Lookup(byte* table, Vector256<uint> indices) =>
        Avx2.Shuffle(Avx2.BroadcastVector128ToVector256((uint*)table).AsByte(), indices.AsByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ToFloat(Vector256<uint> integers) => Avx.ConvertToVector256Single(integers.AsInt32()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> WidenHalf(Vector256<uint> halves) => WidenSigned((halves.AsInt32() << 16) >> 16);

    /// <summary>Halves, sign-extended, to floats.</summary>
    /// <param name="halves">The bits of a half in every lane.</param>
    /// <returns>The same numbers as binary32.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> WidenSigned(Vector256<int> halves)
    {
        // Exponent and significand moved to their new places read 2^112 too small, subnormals included; an exponent of all
        // ones has to become one again.
        Vector256<uint> placed = (halves << 13).AsUInt32() & Vector256.Create(0x8FFF_E000u);
        Vector256<uint> value = (placed.AsSingle() * Vector256.Create(5.192296858534828e33f)).AsUInt32();
        Vector256<uint> exponent = Vector256.Create(0x0F80_0000u);
        return value | (Vector256.Equals(placed & exponent, exponent) & Vector256.Create(0x7F80_0000u));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyFloat(Vector256<uint> a, Vector256<uint> b) =>
        Avx.Multiply(a.AsSingle(), b.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> AddFloat(Vector256<uint> a, Vector256<uint> b) => (a.AsSingle() + b.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyAddFloat(Vector256<uint> a, Vector256<uint> b, Vector256<uint> c) =>
        Fma.MultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Pairs(Vector256<uint> w, Vector256<uint> x) =>
        Avx2.MultiplyAddAdjacent(w.AsByte(), x.AsSByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add16(Vector256<uint> a, Vector256<uint> b) => Avx2.Add(a.AsInt16(), b.AsInt16()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SumPairs(Vector256<uint> a, Vector256<uint> factors) =>
        Avx2.MultiplyAddAdjacent(a.AsInt16(), factors.AsInt16()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Rows(byte* p, long stride) =>
        Vector256.Create(Vector128.Load((uint*)p), Vector128.Load((uint*)(p + (4 * stride))));

    // Inserted one by one: stores of narrow pieces that a wide load reads back would wait for each other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> EightHalves(byte* p, long stride)
    {
        byte* q = p + (4 * stride);
        return Vector128.Create(
            *(ushort*)p,
            *(ushort*)(p + stride),
            *(ushort*)(p + (2 * stride)),
            *(ushort*)(p + (3 * stride)),
            *(ushort*)q,
            *(ushort*)(q + stride),
            *(ushort*)(q + (2 * stride)),
            *(ushort*)(q + (3 * stride)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> FourWords(byte* p, long stride) => Vector128.Create(
        *(uint*)p, *(uint*)(p + stride), *(uint*)(p + (2 * stride)), *(uint*)(p + (3 * stride)));
}
