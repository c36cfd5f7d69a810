using Jevons.Kernels.Quantization;

namespace Jevons.Kernels.Products;

/// <summary>The levels of IQ4_NL and IQ4_XS as a tile holds them: 128 added.</summary>
internal static unsafe class LevelTable
{
    /// <summary>Writes the 16 entries.</summary>
    /// <param name="table">16 bytes.</param>
    public static void Write(byte* table)
    {
        for (int i = 0; i < 16; i++)
        {
            table[i] = (byte)(Codebooks.Iq4Nl[i] + 128);
        }
    }
}
