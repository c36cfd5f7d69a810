using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Jevons.Kernels;

/// <summary>Sixteen floats in two 256-bit registers: the AVX2 and FMA path.</summary>
internal readonly unsafe struct Lanes256 : ILanes<Lanes256>
{
    private readonly Vector256<float> _lower;
    private readonly Vector256<float> _upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes256(Vector256<float> lower, Vector256<float> upper)
    {
        _lower = lower;
        _upper = upper;
    }

    public static bool IsWide => false;

    public static Lanes256 Zero => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Create(float value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 CreateBits(int value) => new(Vector256.Create(value).AsSingle(), Vector256.Create(value).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source), Vector256.Load(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* destination, Lanes256 value)
    {
        value._lower.Store(destination);
        value._upper.Store(destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadUInt16Bits(ushort* source)
    {
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Load(source));
        return new(lower.AsSingle(), upper.AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUInt16Bits(ushort* destination, Lanes256 value) =>
        Vector256.Narrow(value._lower.AsUInt32(), value._upper.AsUInt32()).Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadInt8(sbyte* source)
    {
        Vector256<short> wide = Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe());
        (Vector256<int> lower, Vector256<int> upper) = Vector256.Widen(wide);
        return new(Vector256.ConvertToSingle(lower), Vector256.ConvertToSingle(upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left._lower * right._lower, left._upper * right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left._lower / right._lower, left._upper / right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Sqrt(Lanes256 value) => new(Vector256.Sqrt(value._lower), Vector256.Sqrt(value._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 FusedMultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) => new(
        Vector256.FusedMultiplyAdd(a._lower, b._lower, c._lower),
        Vector256.FusedMultiplyAdd(a._upper, b._upper, c._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 a, Lanes256 b) => new(
        Vector256.ConditionalSelect(Vector256.GreaterThan(b._lower, a._lower), b._lower, a._lower),
        Vector256.ConditionalSelect(Vector256.GreaterThan(b._upper, a._upper), b._upper, a._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 GreaterThan(Lanes256 left, Lanes256 right) => new(
        Vector256.GreaterThan(left._lower, right._lower),
        Vector256.GreaterThan(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 GreaterThanBits(Lanes256 left, Lanes256 right) => new(
        Vector256.GreaterThan(left._lower.AsInt32(), right._lower.AsInt32()).AsSingle(),
        Vector256.GreaterThan(left._upper.AsInt32(), right._upper.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Select(Lanes256 mask, Lanes256 whenTrue, Lanes256 whenFalse) => new(
        Vector256.ConditionalSelect(mask._lower, whenTrue._lower, whenFalse._lower),
        Vector256.ConditionalSelect(mask._upper, whenTrue._upper, whenFalse._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AndBits(Lanes256 left, Lanes256 right) => new(left._lower & right._lower, left._upper & right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 OrBits(Lanes256 left, Lanes256 right) => new(left._lower | right._lower, left._upper | right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddBits(Lanes256 left, Lanes256 right) => new(
        (left._lower.AsInt32() + right._lower.AsInt32()).AsSingle(),
        (left._upper.AsInt32() + right._upper.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SubtractBits(Lanes256 left, Lanes256 right) => new(
        (left._lower.AsInt32() - right._lower.AsInt32()).AsSingle(),
        (left._upper.AsInt32() - right._upper.AsInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftLeftBits(Lanes256 value, int count) => new(
        Vector256.ShiftLeft(value._lower.AsInt32(), count).AsSingle(),
        Vector256.ShiftLeft(value._upper.AsInt32(), count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftRightLogicalBits(Lanes256 value, int count) => new(
        Vector256.ShiftRightLogical(value._lower.AsInt32(), count).AsSingle(),
        Vector256.ShiftRightLogical(value._upper.AsInt32(), count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ShiftRightArithmeticBits(Lanes256 value, int count) => new(
        Vector256.ShiftRightArithmetic(value._lower.AsInt32(), count).AsSingle(),
        Vector256.ShiftRightArithmetic(value._upper.AsInt32(), count).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ToInt32Bits(Lanes256 value) => new(
        Vector256.ConvertToInt32Native(value._lower).AsSingle(),
        Vector256.ConvertToInt32Native(value._upper).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SwapPairs(Lanes256 value) => new(
        Vector256.Shuffle(value._lower, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)),
        Vector256.Shuffle(value._upper, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lanes256 value)
    {
        Vector256<float> eight = value._lower + value._upper;
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Maximum(Lanes256 value)
    {
        Vector256<float> eight = Vector256.Max(value._lower, value._upper);
        Vector128<float> four = Vector128.Max(eight.GetLower(), eight.GetUpper());
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return MathF.Max(two.ToScalar(), two.GetElement(1));
    }
}
