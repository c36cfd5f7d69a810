using System.Numerics;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// The constant tables of ggml's codebook types. A row is one word whose bytes are the elements, element 0 lowest, so that
/// it can be loaded into a vector as it is. The tables are part of the file format (GGUF v3, tensor types 16 to 23, 29, 39).
/// </summary>
public static partial class Codebooks
{
    /// <summary>The offset that IQ1_S and IQ1_M add to, or subtract from, a row.</summary>
    public const float Iq1Delta = 0.125f;

    private static readonly ulong[] s_iq1S = Expand8(Iq1SPacked, [-1, 0, 1]);
    private static readonly ulong[] s_iq2Xxs = Expand8(Iq2XxsPacked, [8, 25, 43]);
    private static readonly ulong[] s_iq2Xs = Expand8(Iq2XsPacked, [8, 25, 43]);
    private static readonly ulong[] s_iq2S = Expand8(Iq2SPacked, [8, 25, 43]);
    private static readonly uint[] s_iq3Xxs = Expand4(Iq3XxsPacked, [4, 12, 20, 28, 36, 44, 52, 62]);
    private static readonly uint[] s_iq3S = Expand4(Iq3SPacked, [1, 3, 5, 7, 9, 11, 13, 15]);
    private static readonly byte[] s_signs = BuildSigns();

    /// <summary>The 16 levels of IQ4_NL and IQ4_XS, ascending.</summary>
    public static ReadOnlySpan<sbyte> Iq4Nl => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>The 16 values of e2m1, doubled to be integers; bit 3 is the sign.</summary>
    public static ReadOnlySpan<sbyte> Mxfp4 => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>IQ1_S, IQ1_M: 2048 rows of 8 signed bytes out of -1, 0, 1.</summary>
    public static ReadOnlySpan<ulong> Iq1S => s_iq1S;

    /// <summary>IQ2_XXS: 256 rows of 8 magnitudes.</summary>
    public static ReadOnlySpan<ulong> Iq2Xxs => s_iq2Xxs;

    /// <summary>IQ2_XS: 512 rows of 8 magnitudes.</summary>
    public static ReadOnlySpan<ulong> Iq2Xs => s_iq2Xs;

    /// <summary>IQ2_S: 1024 rows of 8 magnitudes.</summary>
    public static ReadOnlySpan<ulong> Iq2S => s_iq2S;

    /// <summary>IQ3_XXS: 256 rows of 4 magnitudes.</summary>
    public static ReadOnlySpan<uint> Iq3Xxs => s_iq3Xxs;

    /// <summary>IQ3_S: 512 rows of 4 magnitudes.</summary>
    public static ReadOnlySpan<uint> Iq3S => s_iq3S;

    /// <summary>
    /// 7 stored sign bits to the 8 signs of a group: bits 0 to 6 are the index, bit 7 makes the number of set bits even.
    /// A set bit j makes element j negative.
    /// </summary>
    public static ReadOnlySpan<byte> Signs => s_signs;

    /// <summary>One element of a row of 8.</summary>
    /// <param name="row">The row's bytes.</param>
    /// <param name="signs">Bit j makes element j negative.</param>
    /// <param name="j">Element, 0..7.</param>
    /// <returns>The signed value.</returns>
    internal static int Element(ulong row, int signs, int j)
    {
        int magnitude = (sbyte)(row >> (8 * j));
        return (signs >> j & 1) != 0 ? -magnitude : magnitude;
    }

    private static ulong[] Expand8(ReadOnlySpan<ushort> packed, ReadOnlySpan<sbyte> levels)
    {
        ulong[] rows = new ulong[packed.Length];
        for (int r = 0; r < rows.Length; r++)
        {
            for (int j = 0; j < 8; j++)
            {
                rows[r] |= (ulong)(byte)levels[packed[r] >> (2 * j) & 3] << (8 * j);
            }
        }

        return rows;
    }

    private static uint[] Expand4(ReadOnlySpan<ushort> packed, ReadOnlySpan<sbyte> levels)
    {
        uint[] rows = new uint[packed.Length];
        for (int r = 0; r < rows.Length; r++)
        {
            for (int j = 0; j < 4; j++)
            {
                rows[r] |= (uint)(byte)levels[packed[r] >> (3 * j) & 7] << (8 * j);
            }
        }

        return rows;
    }

    private static byte[] BuildSigns()
    {
        byte[] signs = new byte[128];
        for (int i = 0; i < signs.Length; i++)
        {
            signs[i] = (byte)(i | (BitOperations.PopCount((uint)i) & 1) << 7);
        }

        return signs;
    }
}
