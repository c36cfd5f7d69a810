using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ4_NL: q out of a table of 16, scale d.</summary>
internal readonly struct IQ4_NLForm : IQuantForm<BlockIQ4NL>
{
    /// <inheritdoc/>
    public static int GroupLength => 32;

    /// <inheritdoc/>
    public static int Offset => 128;

    /// <inheritdoc/>
    public static int Bits => 8;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Values(in BlockIQ4NL block, int j)
    {
        Vector128<sbyte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Codebooks.Iq4Nl));
        return Vector128.ShuffleNative(table, Lanes16.Field(Vector128.LoadUnsafe(in block.Qs[0]), 4 * j, 15).AsSByte());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ4NL block, int group) => (float)block.D;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ4NL block, int group) => 0;
}
