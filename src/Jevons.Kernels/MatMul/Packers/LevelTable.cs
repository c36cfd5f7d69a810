using System.Runtime.CompilerServices;
using Jevons.Kernels.Quantization;

namespace Jevons.Kernels.Products;

/// <summary>The levels of IQ4_NL and IQ4_XS as a tile holds them: 128 added.</summary>
internal static unsafe class LevelTable
{
    /// <summary>The 16 entries, in memory that stays where it is.</summary>
    public static readonly byte* Levels = Make();

    private static byte* Make()
    {
        byte* table = (byte*)RuntimeHelpers.AllocateTypeAssociatedMemory(typeof(LevelTable), 16);
        for (int i = 0; i < 16; i++)
        {
            table[i] = (byte)(Codebooks.Iq4Nl[i] + 128);
        }

        return table;
    }
}
