using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Jevons.Kernels.Products;

/// <summary>sdot (FEAT_DotProd): signed by signed bytes.</summary>
internal readonly struct NeonDot4 : IDot4<Vector128<uint>>
{
    /// <inheritdoc/>
    public static bool ReadsSigned => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> acc, Vector128<uint> w, Vector128<uint> x) =>
        Dp.DotProduct(acc.AsInt32(), w.AsSByte(), x.AsSByte()).AsUInt32();
}
