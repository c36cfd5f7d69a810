using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>16 rows in a 512-bit register.</summary>
internal readonly unsafe struct Avx512Rows : IPairLanes<Vector512<uint>>
{
    /// <inheritdoc/>
    public static int Count => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(void* p) => Vector512.Load((uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<uint> value, void* p) => value.Store((uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Fill(uint value) => Vector512.Create(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> FillFrom(void* p) => Vector512.Create(*(uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadTransposed(
        byte* p, long stride, out Vector512<uint> d0, out Vector512<uint> d1, out Vector512<uint> d2, out Vector512<uint> d3)
    {
        // 128-bit lane L of z_i is row 4 L + i, so that the 4 x 4 turn inside the lanes ends with rows 0..15 in order.
        Vector512<uint> z0 = Rows(p, stride);
        Vector512<uint> z1 = Rows(p + stride, stride);
        Vector512<uint> z2 = Rows(p + (2 * stride), stride);
        Vector512<uint> z3 = Rows(p + (3 * stride), stride);
        Vector512<ulong> low01 = Avx512F.UnpackLow(z0, z1).AsUInt64();
        Vector512<ulong> high01 = Avx512F.UnpackHigh(z0, z1).AsUInt64();
        Vector512<ulong> low23 = Avx512F.UnpackLow(z2, z3).AsUInt64();
        Vector512<ulong> high23 = Avx512F.UnpackHigh(z2, z3).AsUInt64();
        d0 = Avx512F.UnpackLow(low01, low23).AsUInt32();
        d1 = Avx512F.UnpackHigh(low01, low23).AsUInt32();
        d2 = Avx512F.UnpackLow(high01, high23).AsUInt32();
        d3 = Avx512F.UnpackHigh(high01, high23).AsUInt32();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadHalves(byte* p, long stride) =>
        Avx512F.ConvertToVector512UInt32(Vector256.Create(EightHalves(p, stride), EightHalves(p + (8 * stride), stride)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadWords(byte* p, long stride) =>
        Vector512.Create(
            Vector256.Create(FourWords(p, stride), FourWords(p + (4 * stride), stride)),
            Vector256.Create(FourWords(p + (8 * stride), stride), FourWords(p + (12 * stride), stride)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> And(Vector512<uint> a, Vector512<uint> b) => a & b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Or(Vector512<uint> a, Vector512<uint> b) => a | b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> a, Vector512<uint> b) => a ^ b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftLeft(Vector512<uint> a, int count) => a << count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftRight(Vector512<uint> a, int count) => a >>> count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftRightArithmetic(Vector512<uint> a, int count) => (a.AsInt32() >> count).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add32(Vector512<uint> a, Vector512<uint> b) => a + b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Subtract32(Vector512<uint> a, Vector512<uint> b) => a - b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Subtract8(Vector512<uint> a, Vector512<uint> b) => (a.AsByte() - b.AsByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Multiply32(Vector512<uint> a, Vector512<uint> b) => a * b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Lookup(byte* table, Vector512<uint> indices) =>
        Avx512BW.Shuffle(Avx512F.BroadcastVector128ToVector512((uint*)table).AsByte(), indices.AsByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ToFloat(Vector512<uint> integers) => Avx512F.ConvertToVector512Single(integers.AsInt32()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> WidenHalf(Vector512<uint> halves) => WidenSigned((halves.AsInt32() << 16) >> 16);

    /// <summary>Halves, sign-extended, to floats.</summary>
    /// <param name="halves">The bits of a half in every lane.</param>
    /// <returns>The same numbers as binary32.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> WidenSigned(Vector512<int> halves)
    {
        // Exponent and significand moved to their new places read 2^112 too small, subnormals included; an exponent of all
        // ones has to become one again.
        Vector512<uint> placed = (halves << 13).AsUInt32() & Vector512.Create(0x8FFF_E000u);
        Vector512<uint> value = (placed.AsSingle() * Vector512.Create(5.192296858534828e33f)).AsUInt32();
        Vector512<uint> exponent = Vector512.Create(0x0F80_0000u);
        return Vector512.ConditionalSelect(
            Vector512.Equals(placed & exponent, exponent), value | Vector512.Create(0x7F80_0000u), value);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyFloat(Vector512<uint> a, Vector512<uint> b) =>
        Avx512F.Multiply(a.AsSingle(), b.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> AddFloat(Vector512<uint> a, Vector512<uint> b) => (a.AsSingle() + b.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyAddFloat(Vector512<uint> a, Vector512<uint> b, Vector512<uint> c) =>
        Avx512F.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Pairs(Vector512<uint> w, Vector512<uint> x) =>
        Avx512BW.MultiplyAddAdjacent(w.AsByte(), x.AsSByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add16(Vector512<uint> a, Vector512<uint> b) => Avx512BW.Add(a.AsInt16(), b.AsInt16()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SumPairs(Vector512<uint> a, Vector512<uint> factors) =>
        Avx512BW.MultiplyAddAdjacent(a.AsInt16(), factors.AsInt16()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Rows(byte* p, long stride)
    {
        Vector512<uint> z = Vector128.Load((uint*)p).ToVector256Unsafe().ToVector512Unsafe();
        z = Avx512F.InsertVector128(z, Vector128.Load((uint*)(p + (4 * stride))), 1);
        z = Avx512F.InsertVector128(z, Vector128.Load((uint*)(p + (8 * stride))), 2);
        return Avx512F.InsertVector128(z, Vector128.Load((uint*)(p + (12 * stride))), 3);
    }

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
