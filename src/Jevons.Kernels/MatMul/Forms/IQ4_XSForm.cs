using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Jevons.Kernels.Quantization;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>IQ4_XS: q out of a table of 16, scale d * (s - 32) per 32.</summary>
internal readonly struct IQ4_XSForm : IQuantForm<BlockIQ4XS>
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
    public static Vector128<sbyte> Values(in BlockIQ4XS block, int j)
    {
        Vector128<sbyte> table = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Codebooks.Iq4Nl));
        Vector128<byte> qs = Vector128.LoadUnsafe(in block.Qs[0], (nuint)(16 * (j >> 1)));
        return Vector128.ShuffleNative(table, Lanes16.Field(qs, 4 * (j & 1), 15).AsSByte());
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(in BlockIQ4XS block, int group)
    {
        int low = block.ScalesLow[group >> 1] >> (4 * (group & 1)) & 15;
        int high = block.ScalesHigh >> (2 * group) & 3;
        return (float)block.D * ((low | high << 4) - 32);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(in BlockIQ4XS block, int group) => 0;
}
