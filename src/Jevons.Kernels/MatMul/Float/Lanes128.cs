using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Jevons.Kernels.Products;

/// <summary>16 lanes in four registers of 4: ARM64 Advanced SIMD.</summary>
internal readonly unsafe struct Lanes128 : ILanes16<Lanes128>
{
    private readonly Vector128<float> _a;
    private readonly Vector128<float> _b;
    private readonly Vector128<float> _c;
    private readonly Vector128<float> _d;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes128(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        _a = a;
        _b = b;
        _c = c;
        _d = d;
    }

    /// <inheritdoc/>
    public static bool HasWideTile => false;

    /// <inheritdoc/>
    public static Lanes128 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fill(0);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* p) => new(Vector128.Load(p), Vector128.Load(p + 4), Vector128.Load(p + 8), Vector128.Load(p + 12));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes128 value, float* p)
    {
        value._a.Store(p);
        value._b.Store(p + 4);
        value._c.Store(p + 8);
        value._d.Store(p + 12);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Fill(float value)
    {
        Vector128<float> v = Vector128.Create(value);
        return new Lanes128(v, v, v, v);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadHalf(ushort* p) => new(WidenHalf(p), WidenHalf(p + 4), WidenHalf(p + 8), WidenHalf(p + 12));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadBFloat16(ushort* p) =>
        new(WidenBFloat16(p), WidenBFloat16(p + 4), WidenBFloat16(p + 8), WidenBFloat16(p + 12));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) => new(
        AdvSimd.FusedMultiplyAdd(c._a, a._a, b._a),
        AdvSimd.FusedMultiplyAdd(c._b, a._b, b._b),
        AdvSimd.FusedMultiplyAdd(c._c, a._c, b._c),
        AdvSimd.FusedMultiplyAdd(c._d, a._d, b._d));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Multiply(Lanes128 a, Lanes128 b) => new(
        AdvSimd.Multiply(a._a, b._a), AdvSimd.Multiply(a._b, b._b), AdvSimd.Multiply(a._c, b._c), AdvSimd.Multiply(a._d, b._d));

    /// <inheritdoc/>
    public static void AddFour(float** a, int depth, float* b, nint strideB, float* c, nint strideC, int cols)
    {
        float* ones = stackalloc float[] { 1, 1, 1, 1 };
        OuterProduct.Four<Kernels.Lanes128>(a, depth, b, strideB, c, strideC, cols, ones);
    }

    /// <inheritdoc/>
    public static void AddOne(float* a, int depth, float* b, nint strideB, float* c, int cols)
    {
        float one = 1;
        OuterProduct.One<Kernels.Lanes128>(a, depth, b, strideB, c, cols, &one);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fold(Lanes128 value) => (value._a + value._c) + (value._b + value._d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> WidenHalf(ushort* p) =>
        NeonRows.WidenSigned(AdvSimd.SignExtendWideningLower(Vector64.Load((short*)p))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> WidenBFloat16(ushort* p) =>
        (AdvSimd.ZeroExtendWideningLower(Vector64.Load(p)) << 16).AsSingle();
}
