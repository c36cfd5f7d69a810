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
    public static Vector128<uint> WidenHalf(Vector128<uint> halves)
    {
        // Magnitude bits read 2^112 too small; infinities and NaNs get their exponent filled.
        Vector128<uint> magnitude = (halves & Vector128.Create(0x7FFFu)) << 13;
        Vector128<uint> value = (magnitude.AsSingle() * Vector128.Create(5.192296858534828e33f)).AsUInt32();
        Vector128<uint> special = Vector128.GreaterThanOrEqual(magnitude, Vector128.Create(0x7C00u << 13)) & Vector128.Create(0x7F800000u);
        return value | special | ((halves & Vector128.Create(0x8000u)) << 16);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyFloat(Vector128<uint> a, Vector128<uint> b) =>
        AdvSimd.Multiply(a.AsSingle(), b.AsSingle()).AsUInt32();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyAddFloat(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c) =>
        AdvSimd.FusedMultiplyAdd(c.AsSingle(), a.AsSingle(), b.AsSingle()).AsUInt32();
}
