using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Jevons.Kernels.Products;

/// <summary>4 rows in a 128-bit register.</summary>
internal readonly unsafe struct NeonRows : IRowLanes<Vector128<uint>>
{
    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load(void* p) => Vector128.Load((uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<uint> value, void* p) => value.Store((uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Fill(uint value) => Vector128.Create(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> FillFrom(void* p) => Vector128.Create(*(uint*)p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadTransposed(
        byte* p, long stride, out Vector128<uint> d0, out Vector128<uint> d1, out Vector128<uint> d2, out Vector128<uint> d3)
    {
        Vector128<uint> z0 = Vector128.Load((uint*)p);
        Vector128<uint> z1 = Vector128.Load((uint*)(p + stride));
        Vector128<uint> z2 = Vector128.Load((uint*)(p + (2 * stride)));
        Vector128<uint> z3 = Vector128.Load((uint*)(p + (3 * stride)));
        Vector128<ulong> low01 = AdvSimd.Arm64.ZipLow(z0, z1).AsUInt64();
        Vector128<ulong> high01 = AdvSimd.Arm64.ZipHigh(z0, z1).AsUInt64();
        Vector128<ulong> low23 = AdvSimd.Arm64.ZipLow(z2, z3).AsUInt64();
        Vector128<ulong> high23 = AdvSimd.Arm64.ZipHigh(z2, z3).AsUInt64();
        d0 = AdvSimd.Arm64.ZipLow(low01, low23).AsUInt32();
        d1 = AdvSimd.Arm64.ZipHigh(low01, low23).AsUInt32();
        d2 = AdvSimd.Arm64.ZipLow(high01, high23).AsUInt32();
        d3 = AdvSimd.Arm64.ZipHigh(high01, high23).AsUInt32();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadHalves(byte* p, long stride) =>
        Vector128.Create(
            *(ushort*)p, *(ushort*)(p + stride), *(ushort*)(p + (2 * stride)), (uint)*(ushort*)(p + (3 * stride)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadWords(byte* p, long stride) =>
        Vector128.Create(
            *(uint*)p, *(uint*)(p + stride), *(uint*)(p + (2 * stride)), *(uint*)(p + (3 * stride)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> And(Vector128<uint> a, Vector128<uint> b) => a & b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Or(Vector128<uint> a, Vector128<uint> b) => a | b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Xor(Vector128<uint> a, Vector128<uint> b) => a ^ b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftLeft(Vector128<uint> a, int count) => a << count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftRight(Vector128<uint> a, int count) => a >>> count;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftRightArithmetic(Vector128<uint> a, int count) => (a.AsInt32() >> count).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add32(Vector128<uint> a, Vector128<uint> b) => a + b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Subtract32(Vector128<uint> a, Vector128<uint> b) => a - b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Subtract8(Vector128<uint> a, Vector128<uint> b) => (a.AsByte() - b.AsByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Multiply32(Vector128<uint> a, Vector128<uint> b) => a * b;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Lookup(byte* table, Vector128<uint> indices) =>
        AdvSimd.Arm64.VectorTableLookup(Vector128.Load(table), indices.AsByte()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ToFloat(Vector128<uint> integers) => AdvSimd.ConvertToSingle(integers.AsInt32()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> WidenHalf(Vector128<uint> halves) => WidenSigned((halves.AsInt32() << 16) >> 16);

    /// <summary>Halves, sign-extended, to floats.</summary>
    /// <param name="halves">The bits of a half in every lane.</param>
    /// <returns>The same numbers as binary32.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> WidenSigned(Vector128<int> halves)
    {
        // Exponent and significand moved to their new places read 2^112 too small, subnormals included; an exponent of all
        // ones has to become one again.
        Vector128<uint> placed = (halves << 13).AsUInt32() & Vector128.Create(0x8FFF_E000u);
        Vector128<uint> value = (placed.AsSingle() * Vector128.Create(5.192296858534828e33f)).AsUInt32();
        Vector128<uint> exponent = Vector128.Create(0x0F80_0000u);
        return value | (Vector128.Equals(placed & exponent, exponent) & Vector128.Create(0x7F80_0000u));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyFloat(Vector128<uint> a, Vector128<uint> b) =>
        AdvSimd.Multiply(a.AsSingle(), b.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> AddFloat(Vector128<uint> a, Vector128<uint> b) => (a.AsSingle() + b.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyAddFloat(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c) =>
        AdvSimd.FusedMultiplyAdd(c.AsSingle(), a.AsSingle(), b.AsSingle()).AsUInt32();
}
