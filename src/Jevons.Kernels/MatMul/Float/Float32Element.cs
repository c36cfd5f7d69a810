using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>Rows of f32.</summary>
internal readonly unsafe struct Float32Element : IElement
{
    /// <inheritdoc/>
    public static int Bytes => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* p)
        where TLanes : struct, ILanes16<TLanes> => TLanes.Load((float*)p);
}
