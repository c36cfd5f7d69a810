using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Jevons.Kernels.Products;

/// <summary>Signed by signed bytes on ARM64 without FEAT_DotProd: 16-bit products (at most 128 * 127 * 2 as pairs), then pairs.</summary>
internal readonly struct NeonWideningDot4 : IDot4<Vector128<uint>>
{
    /// <inheritdoc/>
    public static bool ReadsSigned => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> acc, Vector128<uint> w, Vector128<uint> x)
    {
        Vector128<short> low = AdvSimd.MultiplyWideningLower(w.AsSByte().GetLower(), x.AsSByte().GetLower());
        Vector128<short> high = AdvSimd.MultiplyWideningUpper(w.AsSByte(), x.AsSByte());
        Vector128<short> pairs = AdvSimd.Arm64.AddPairwise(low, high);
        return AdvSimd.AddPairwiseWideningAndAdd(acc.AsInt32(), pairs).AsUInt32();
    }
}
