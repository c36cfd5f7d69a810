using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>Any type through its integer form, 16 elements of a row at a time: the packer of the codebook types.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TForm">How it reads as integers.</typeparam>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct FormPacker<TBlock, TForm, TLanes, V> : IPanelPacker
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TForm : struct, IQuantForm<TBlock>
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    /// <inheritdoc/>
    public static void Pack(byte* w, long rowBytes, int blocks, PanelTile tile)
    {
        byte* turned = stackalloc byte[16 * PanelTile.Rows];
        Vector128<sbyte> offset = Vector128.Create(unchecked((sbyte)TForm.Offset));
        for (int b = 0; b < blocks; b++)
        {
            Scales(w + ((long)b * sizeof(TBlock)), rowBytes, b * (TBlock.Length / TForm.GroupLength), tile);
            for (int j = 0; j < TBlock.Length / 16; j++)
            {
                for (int r = 0; r < PanelTile.Rows; r++)
                {
                    ref readonly TBlock block = ref ((TBlock*)(w + (r * rowBytes)))[b];
                    (TForm.Values(in block, j) + offset).Store((sbyte*)turned + (16 * r));
                }

                byte* to = tile.Values + (((b * TBlock.Length) + (16 * j)) * PanelTile.Rows);
                for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
                {
                    TLanes.LoadTransposed(turned + (16 * r), 16, out V d0, out V d1, out V d2, out V d3);
                    TLanes.Store(d0, to + (4 * r));
                    TLanes.Store(d1, to + 64 + (4 * r));
                    TLanes.Store(d2, to + 128 + (4 * r));
                    TLanes.Store(d3, to + 192 + (4 * r));
                }
            }
        }
    }

    private static void Scales(byte* w, long rowBytes, int firstGroup, PanelTile tile)
    {
        for (int r = 0; r < PanelTile.Rows; r++)
        {
            ref readonly TBlock block = ref Unsafe.AsRef<TBlock>(w + (r * rowBytes));
            for (int g = 0; g < TBlock.Length / TForm.GroupLength; g++)
            {
                int at = ((firstGroup + g) * PanelTile.Rows) + r;
                tile.Scales[at] = TForm.Scale(in block, g);
                if (TForm.HasMinimum)
                {
                    tile.NegatedMinima[at] = -TForm.Minimum(in block, g);
                }
            }
        }
    }
}
