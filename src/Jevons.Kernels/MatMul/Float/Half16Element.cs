using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>Rows of IEEE binary16.</summary>
internal readonly unsafe struct Half16Element : IElement
{
    /// <inheritdoc/>
    public static int Bytes => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* p)
        where TLanes : struct, ILanes16<TLanes> => TLanes.LoadHalf((ushort*)p);
}
