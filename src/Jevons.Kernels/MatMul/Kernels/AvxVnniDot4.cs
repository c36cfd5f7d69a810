using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Kernels.Products;

/// <summary>vpdpbusd in its VEX form (AVX-VNNI): unsigned by signed bytes.</summary>
internal readonly struct AvxVnniDot4 : IDot4<Vector256<uint>>
{
    /// <inheritdoc/>
    public static bool ReadsSigned => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> acc, Vector256<uint> w, Vector256<uint> x) =>
        AvxVnni.MultiplyWideningAndAdd(acc.AsInt32(), w.AsByte(), x.AsSByte()).AsUInt32();
}
