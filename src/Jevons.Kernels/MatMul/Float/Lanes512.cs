using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>16 lanes in one register: AVX-512.</summary>
internal readonly unsafe struct Lanes512 : ILanes16<Lanes512>
{
    private readonly Vector512<float> _v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes512(Vector512<float> v) => _v = v;

    /// <inheritdoc/>
    public static bool HasWideTile => true;

    /// <inheritdoc/>
    public static Lanes512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* p) => new(Vector512.Load(p));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes512 value, float* p) => value._v.Store(p);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Fill(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadHalf(ushort* p) =>
        new(Avx512Rows.WidenSigned(Avx512F.ConvertToVector512Int32(Vector256.Load((short*)p))).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadBFloat16(ushort* p) => new((Avx512F.ConvertToVector512UInt32(Vector256.Load(p)) << 16).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) => new(Avx512F.FusedMultiplyAdd(a._v, b._v, c._v));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Multiply(Lanes512 a, Lanes512 b) => new(Avx512F.Multiply(a._v, b._v));

    /// <inheritdoc/>
    public static void AddFour(float** a, int depth, float* b, nint strideB, float* c, nint strideC, int cols)
    {
        float* ones = stackalloc float[] { 1, 1, 1, 1 };
        OuterProduct.Four<Kernels.Lanes512>(a, depth, b, strideB, c, strideC, cols, ones);
    }

    /// <inheritdoc/>
    public static void AddOne(float* a, int depth, float* b, nint strideB, float* c, int cols)
    {
        float one = 1;
        OuterProduct.One<Kernels.Lanes512>(a, depth, b, strideB, c, cols, &one);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Fold(Lanes512 value)
    {
        Vector256<float> eight = value._v.GetLower() + value._v.GetUpper();
        return eight.GetLower() + eight.GetUpper();
    }
}
