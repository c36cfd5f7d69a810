using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>16 lanes in two registers, lanes 0..7 and 8..15: AVX2 and FMA.</summary>
internal readonly unsafe struct Lanes256 : ILanes16<Lanes256>
{
    private readonly Vector256<float> _a;
    private readonly Vector256<float> _b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes256(Vector256<float> a, Vector256<float> b)
    {
        _a = a;
        _b = b;
    }

    /// <inheritdoc/>
    public static bool HasWideTile => false;

    /// <inheritdoc/>
    public static Lanes256 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<float>.Zero, Vector256<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* p) => new(Vector256.Load(p), Vector256.Load(p + 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes256 value, float* p)
    {
        value._a.Store(p);
        value._b.Store(p + 8);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Fill(float value) => new(Vector256.Create(value), Vector256.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadHalf(ushort* p) => new(WidenHalf(p), WidenHalf(p + 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadBFloat16(ushort* p) => new(WidenBFloat16(p), WidenBFloat16(p + 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(Fma.MultiplyAdd(a._a, b._a, c._a), Fma.MultiplyAdd(a._b, b._b, c._b));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Multiply(Lanes256 a, Lanes256 b) => new(Avx.Multiply(a._a, b._a), Avx.Multiply(a._b, b._b));

    /// <inheritdoc/>
    public static void AddFour(float** a, int depth, float* b, nint strideB, float* c, nint strideC, int cols)
    {
        float* ones = stackalloc float[] { 1, 1, 1, 1 };
        OuterProduct.Four<Kernels.Lanes256>(a, depth, b, strideB, c, strideC, cols, ones);
    }

    /// <inheritdoc/>
    public static void AddOne(float* a, int depth, float* b, nint strideB, float* c, int cols)
    {
        float one = 1;
        OuterProduct.One<Kernels.Lanes256>(a, depth, b, strideB, c, cols, &one);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fold(Lanes256 value)
    {
        Vector256<float> eight = value._a + value._b;
        return eight.GetLower() + eight.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WidenHalf(ushort* p) =>
        Avx2Rows.WidenSigned(Avx2.ConvertToVector256Int32(Vector128.Load((short*)p))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WidenBFloat16(ushort* p) => (Avx2.ConvertToVector256Int32(Vector128.Load(p)).AsUInt32() << 16).AsSingle();
}
