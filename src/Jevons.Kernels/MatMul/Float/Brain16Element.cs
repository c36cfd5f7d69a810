using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>Rows of bfloat16.</summary>
internal readonly unsafe struct Brain16Element : IElement
{
    /// <inheritdoc/>
    public static int Bytes => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLanes Load<TLanes>(byte* p)
        where TLanes : struct, ILanes16<TLanes> => TLanes.LoadBFloat16((ushort*)p);
}
