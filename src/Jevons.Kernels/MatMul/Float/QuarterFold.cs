using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>The last two folds of four sums at once: lane l with l + 2, then with l + 1.</summary>
internal static class QuarterFold
{
    /// <summary>(v[0] + v[2]) + (v[1] + v[3]) for each of four quarters.</summary>
    /// <param name="a">Folded to four lanes.</param>
    /// <param name="b">The next output.</param>
    /// <param name="c">The next output.</param>
    /// <param name="d">The next output.</param>
    /// <returns>The four outputs in order.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Four(Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        // [a0 b0 a1 b1] + [a2 b2 a3 b3], the same for c and d; then the low halves plus the high halves.
        if (Sse.IsSupported)
        {
            Vector128<float> ab = Sse.UnpackLow(a, b) + Sse.UnpackHigh(a, b);
            Vector128<float> cd = Sse.UnpackLow(c, d) + Sse.UnpackHigh(c, d);
            return Sse.MoveLowToHigh(ab, cd) + Sse.MoveHighToLow(cd, ab);
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            Vector128<double> ab = (AdvSimd.Arm64.ZipLow(a, b) + AdvSimd.Arm64.ZipHigh(a, b)).AsDouble();
            Vector128<double> cd = (AdvSimd.Arm64.ZipLow(c, d) + AdvSimd.Arm64.ZipHigh(c, d)).AsDouble();
            return AdvSimd.Arm64.ZipLow(ab, cd).AsSingle() + AdvSimd.Arm64.ZipHigh(ab, cd).AsSingle();
        }

        return Vector128.Create(a[0] + a[2], b[0] + b[2], c[0] + c[2], d[0] + d[2])
            + Vector128.Create(a[1] + a[3], b[1] + b[3], c[1] + c[3], d[1] + d[3]);
    }
}
