using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>Where the parts of an activation group lie that a group of the weights meets: all of it, or one half.</summary>
/// <typeparam name="TShape">The weight type.</typeparam>
internal static class ActivationGroup<TShape>
    where TShape : struct, IGroupShape
{
    /// <summary>Byte offset of the values.</summary>
    /// <param name="g">Group of the weights.</param>
    /// <returns>Bytes from the first group.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Values(int g) => Group(g) + (16 * Half(g));

    /// <summary>Byte offset of the scale.</summary>
    /// <param name="g">Group of the weights.</param>
    /// <returns>Bytes from the first group.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Scale(int g) => Group(g) + QuantizedRow.Scale;

    /// <summary>Byte offset of the negated sum of the values.</summary>
    /// <param name="g">Group of the weights.</param>
    /// <returns>Bytes from the first group.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint NegatedSum(int g) =>
        Group(g) + (TShape.GroupLength == 16 ? QuantizedRow.NegatedSums16 + (4 * Half(g)) : QuantizedRow.NegatedSum32);

    /// <summary>Byte offset of the scaled sum of the values.</summary>
    /// <param name="g">Group of the weights.</param>
    /// <returns>Bytes from the first group.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint ScaledSum(int g) =>
        Group(g) + (TShape.GroupLength == 16 ? QuantizedRow.ScaledSums16 + (4 * Half(g)) : QuantizedRow.ScaledSum32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Group(int g) => (nint)(TShape.GroupLength == 16 ? g >> 1 : g) * QuantizedRow.GroupBytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Half(int g) => TShape.GroupLength == 16 ? g & 1 : 0;
}
