using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>Scales of a whole panel at once, lanes being rows.</summary>
internal static unsafe class PanelScales
{
    /// <summary>Two adjacent halves of each row, as floats.</summary>
    /// <param name="words">Words whose low and high halves they are.</param>
    /// <param name="low">The halves of the low 16 bits.</param>
    /// <param name="high">The halves of the high 16 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen<TLanes, V>(V words, out V low, out V high)
        where TLanes : struct, IRowLanes<V>
        where V : struct
    {
        low = TLanes.WidenHalf(TLanes.And(words, TLanes.Fill(0xFFFF)));
        high = TLanes.WidenHalf(TLanes.ShiftRight(words, 16));
    }

    /// <summary>-a * b, where the product is rounded and the sign is exact.</summary>
    /// <param name="a">Floats.</param>
    /// <param name="b">Floats.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V NegatedProduct<TLanes, V>(V a, V b)
        where TLanes : struct, IRowLanes<V>
        where V : struct => TLanes.Xor(TLanes.MultiplyFloat(a, b), TLanes.Fill(0x8000_0000));
}
