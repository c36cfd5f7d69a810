using System.Runtime.CompilerServices;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>The 6-bit scales that the K types pack into 12 bytes.</summary>
public static class PackedScales
{
    /// <summary>Scale and minimum of sub-block j of a Q4_K or Q5_K block.</summary>
    /// <param name="packed">The 12 bytes.</param>
    /// <param name="j">Sub-block, 0..7.</param>
    /// <returns>Scale and minimum, 0..63.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int Scale, int Min) ScaleAndMin(in Bytes12 packed, int j) => j < 4
        ? (packed[j] & 63, packed[j + 4] & 63)
        : ((packed[j + 4] & 15) | packed[j - 4] >> 6 << 4, packed[j + 4] >> 4 | packed[j] >> 6 << 4);

    /// <summary>Writes scale and minimum of sub-block j of a Q4_K or Q5_K block into zeroed bytes.</summary>
    /// <param name="packed">The 12 bytes; the bits of sub-block j are 0 before.</param>
    /// <param name="j">Sub-block, 0..7.</param>
    /// <param name="scale">0..63.</param>
    /// <param name="min">0..63.</param>
    public static void SetScaleAndMin(ref Bytes12 packed, int j, int scale, int min)
    {
        if (j < 4)
        {
            packed[j] |= (byte)scale;
            packed[j + 4] |= (byte)min;
        }
        else
        {
            packed[j + 4] |= (byte)((scale & 15) | min << 4);
            packed[j - 4] |= (byte)(scale >> 4 << 6);
            packed[j] |= (byte)(min >> 4 << 6);
        }
    }

    /// <summary>Scale of sub-block j of a Q3_K block, its offset of 32 not yet subtracted.</summary>
    /// <param name="packed">The 12 bytes.</param>
    /// <param name="j">Sub-block, 0..15.</param>
    /// <returns>0..63.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Q3Scale(in Bytes12 packed, int j)
    {
        int low = j < 8 ? packed[j] & 15 : packed[j - 8] >> 4;
        int high = packed[8 + (j & 3)] >> (2 * (j >> 2)) & 3;
        return low | high << 4;
    }

    /// <summary>Writes the scale of sub-block j of a Q3_K block into zeroed bytes.</summary>
    /// <param name="packed">The 12 bytes; the bits of sub-block j are 0 before.</param>
    /// <param name="j">Sub-block, 0..15.</param>
    /// <param name="scale">0..63, the offset of 32 added.</param>
    public static void SetQ3Scale(ref Bytes12 packed, int j, int scale)
    {
        packed[j & 7] |= (byte)((scale & 15) << (j < 8 ? 0 : 4));
        packed[8 + (j & 3)] |= (byte)(scale >> 4 << (2 * (j >> 2)));
    }
}
