using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels;

/// <summary>Sixteen floats in four 128-bit registers: the path of ARM64 Advanced SIMD.</summary>
internal readonly unsafe struct Lanes128 : ILanes<Lanes128>
{
    private readonly Vector128<float> _v0;
    private readonly Vector128<float> _v1;
    private readonly Vector128<float> _v2;
    private readonly Vector128<float> _v3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes128(Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3)
    {
        _v0 = v0;
        _v1 = v1;
        _v2 = v2;
        _v3 = v3;
    }

    public static bool IsWide => false;

    public static Lanes128 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value) => new(
        Vector128.Create(value),
        Vector128.Create(value),
        Vector128.Create(value),
        Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CreateBits(int value) => new(
        Vector128.Create(value).AsSingle(),
        Vector128.Create(value).AsSingle(),
        Vector128.Create(value).AsSingle(),
        Vector128.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(
        Vector128.Load(source),
        Vector128.Load(source + 4),
        Vector128.Load(source + 8),
        Vector128.Load(source + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes128 value)
    {
        value._v0.Store(destination);
        value._v1.Store(destination + 4);
        value._v2.Store(destination + 8);
        value._v3.Store(destination + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadUInt16Bits(ushort* source)
    {
        (Vector128<uint> v0, Vector128<uint> v1) = Vector128.Widen(Vector128.Load(source));
        (Vector128<uint> v2, Vector128<uint> v3) = Vector128.Widen(Vector128.Load(source + 8));
        return new(v0.AsSingle(), v1.AsSingle(), v2.AsSingle(), v3.AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUInt16Bits(ushort* destination, Lanes128 value)
    {
        Vector128.Narrow(value._v0.AsUInt32(), value._v1.AsUInt32()).Store(destination);
        Vector128.Narrow(value._v2.AsUInt32(), value._v3.AsUInt32()).Store(destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadInt8(sbyte* source)
    {
        (Vector128<short> lower, Vector128<short> upper) = Vector128.Widen(Vector128.Load(source));
        (Vector128<int> v0, Vector128<int> v1) = Vector128.Widen(lower);
        (Vector128<int> v2, Vector128<int> v3) = Vector128.Widen(upper);
        return new(
            Vector128.ConvertToSingle(v0),
            Vector128.ConvertToSingle(v1),
            Vector128.ConvertToSingle(v2),
            Vector128.ConvertToSingle(v3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(
        left._v0 + right._v0,
        left._v1 + right._v1,
        left._v2 + right._v2,
        left._v3 + right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(
        left._v0 - right._v0,
        left._v1 - right._v1,
        left._v2 - right._v2,
        left._v3 - right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(
        left._v0 * right._v0,
        left._v1 * right._v1,
        left._v2 * right._v2,
        left._v3 * right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(
        left._v0 / right._v0,
        left._v1 / right._v1,
        left._v2 / right._v2,
        left._v3 / right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Sqrt(Lanes128 value) => new(
        Vector128.Sqrt(value._v0),
        Vector128.Sqrt(value._v1),
        Vector128.Sqrt(value._v2),
        Vector128.Sqrt(value._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 FusedMultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(
        Vector128.FusedMultiplyAdd(a._v0, b._v0, c._v0),
        Vector128.FusedMultiplyAdd(a._v1, b._v1, c._v1),
        Vector128.FusedMultiplyAdd(a._v2, b._v2, c._v2),
        Vector128.FusedMultiplyAdd(a._v3, b._v3, c._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 a, Lanes128 b) => new(
        Vector128.ConditionalSelect(Vector128.GreaterThan(b._v0, a._v0), b._v0, a._v0),
        Vector128.ConditionalSelect(Vector128.GreaterThan(b._v1, a._v1), b._v1, a._v1),
        Vector128.ConditionalSelect(Vector128.GreaterThan(b._v2, a._v2), b._v2, a._v2),
        Vector128.ConditionalSelect(Vector128.GreaterThan(b._v3, a._v3), b._v3, a._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 GreaterThan(Lanes128 left, Lanes128 right) => new(
        Vector128.GreaterThan(left._v0, right._v0),
        Vector128.GreaterThan(left._v1, right._v1),
        Vector128.GreaterThan(left._v2, right._v2),
        Vector128.GreaterThan(left._v3, right._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 GreaterThanBits(Lanes128 left, Lanes128 right) => new(
        Vector128.GreaterThan(left._v0.AsInt32(), right._v0.AsInt32()).AsSingle(),
        Vector128.GreaterThan(left._v1.AsInt32(), right._v1.AsInt32()).AsSingle(),
        Vector128.GreaterThan(left._v2.AsInt32(), right._v2.AsInt32()).AsSingle(),
        Vector128.GreaterThan(left._v3.AsInt32(), right._v3.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Select(Lanes128 mask, Lanes128 whenTrue, Lanes128 whenFalse) => new(
        Vector128.ConditionalSelect(mask._v0, whenTrue._v0, whenFalse._v0),
        Vector128.ConditionalSelect(mask._v1, whenTrue._v1, whenFalse._v1),
        Vector128.ConditionalSelect(mask._v2, whenTrue._v2, whenFalse._v2),
        Vector128.ConditionalSelect(mask._v3, whenTrue._v3, whenFalse._v3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AndBits(Lanes128 left, Lanes128 right) => new(
        left._v0 & right._v0,
        left._v1 & right._v1,
        left._v2 & right._v2,
        left._v3 & right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 OrBits(Lanes128 left, Lanes128 right) => new(
        left._v0 | right._v0,
        left._v1 | right._v1,
        left._v2 | right._v2,
        left._v3 | right._v3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AddBits(Lanes128 left, Lanes128 right) => new(
        (left._v0.AsInt32() + right._v0.AsInt32()).AsSingle(),
        (left._v1.AsInt32() + right._v1.AsInt32()).AsSingle(),
        (left._v2.AsInt32() + right._v2.AsInt32()).AsSingle(),
        (left._v3.AsInt32() + right._v3.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SubtractBits(Lanes128 left, Lanes128 right) => new(
        (left._v0.AsInt32() - right._v0.AsInt32()).AsSingle(),
        (left._v1.AsInt32() - right._v1.AsInt32()).AsSingle(),
        (left._v2.AsInt32() - right._v2.AsInt32()).AsSingle(),
        (left._v3.AsInt32() - right._v3.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftLeftBits(Lanes128 value, int count) => new(
        Vector128.ShiftLeft(value._v0.AsInt32(), count).AsSingle(),
        Vector128.ShiftLeft(value._v1.AsInt32(), count).AsSingle(),
        Vector128.ShiftLeft(value._v2.AsInt32(), count).AsSingle(),
        Vector128.ShiftLeft(value._v3.AsInt32(), count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftRightLogicalBits(Lanes128 value, int count) => new(
        Vector128.ShiftRightLogical(value._v0.AsInt32(), count).AsSingle(),
        Vector128.ShiftRightLogical(value._v1.AsInt32(), count).AsSingle(),
        Vector128.ShiftRightLogical(value._v2.AsInt32(), count).AsSingle(),
        Vector128.ShiftRightLogical(value._v3.AsInt32(), count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ShiftRightArithmeticBits(Lanes128 value, int count) => new(
        Vector128.ShiftRightArithmetic(value._v0.AsInt32(), count).AsSingle(),
        Vector128.ShiftRightArithmetic(value._v1.AsInt32(), count).AsSingle(),
        Vector128.ShiftRightArithmetic(value._v2.AsInt32(), count).AsSingle(),
        Vector128.ShiftRightArithmetic(value._v3.AsInt32(), count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 ToInt32Bits(Lanes128 value) => new(
        Vector128.ConvertToInt32Native(value._v0).AsSingle(),
        Vector128.ConvertToInt32Native(value._v1).AsSingle(),
        Vector128.ConvertToInt32Native(value._v2).AsSingle(),
        Vector128.ConvertToInt32Native(value._v3).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SwapPairs(Lanes128 value) => new(
        Vector128.Shuffle(value._v0, Vector128.Create(1, 0, 3, 2)),
        Vector128.Shuffle(value._v1, Vector128.Create(1, 0, 3, 2)),
        Vector128.Shuffle(value._v2, Vector128.Create(1, 0, 3, 2)),
        Vector128.Shuffle(value._v3, Vector128.Create(1, 0, 3, 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes128 value)
    {
        Vector128<float> four = (value._v0 + value._v2) + (value._v1 + value._v3);
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Maximum(Lanes128 value)
    {
        Vector128<float> four = Vector128.Max(Vector128.Max(value._v0, value._v2), Vector128.Max(value._v1, value._v3));
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two.ToScalar(), two.GetElement(1));
    }
}
