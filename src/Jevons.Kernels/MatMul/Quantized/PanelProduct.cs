using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>
/// The vector form. Panels of 16 rows over up to 512 columns are unpacked into tiles; a few tiles, which stay in the second-level
/// cache, are spent on all tokens, a few of which stay in the first (Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication", 2008, section 4). Partial sums wait in y, or in scratch where an output has 16 of them. One token or a
/// thousand take the same steps, so their bits agree.
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TPacker">How 16 rows are unpacked.</typeparam>
/// <typeparam name="TKernel">How tiles are spent.</typeparam>
internal sealed unsafe class PanelProduct<TBlock, TPacker, TKernel> : QuantProduct
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TPacker : struct, IPanelPacker
    where TKernel : struct, IPanelKernel
{
    private const int CacheLine = 64;

    // Tiles that meet the tokens together, 96 KiB.
    private const int MostPanels = 8;

    // With few tokens the time is that of reading the weights, in 16 streams that the CPU does not foresee: shorter strips, and
    // what lies some strips ahead is called into the second-level cache (into the first it would push the tile out).
    private const int ShortStripTokens = 8;
    private const int ShortStripCols = 256;
    private const int StripsAhead = 4;

    /// <inheritdoc/>
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        bool few = x.Count < ShortStripTokens;
        int strip = StripOf(cols, few ? ShortStripCols : PanelTile.MaxCols);
        int together = few || TKernel.SumsPerRow > 1 ? 1 : Math.Min(MostPanels, Math.Max(1, rows / PanelTile.Rows));
        long copyBytes = (((long)strip / TBlock.Length * sizeof(TBlock)) + CacheLine - 1) / CacheLine * CacheLine;
        long sumsBytes = (long)sizeof(float) * PanelTile.Rows * TKernel.SumsPerRow;
        byte* memory = scratch.Get(
            worker, (together * PanelTile.Bytes) + TKernel.SpareBytes + (PanelTile.Rows * copyBytes) + (x.Count * sumsBytes));
        PanelTile tile = new(memory);
        byte* spare = memory + (together * PanelTile.Bytes);
        byte* copy = spare + TKernel.SpareBytes;
        float* sums = (float*)(copy + (PanelTile.Rows * copyBytes));
        int whole = TKernel.SumsPerRow == 1 ? rows / PanelTile.Rows * PanelTile.Rows : 0;
        for (int r = 0; r < whole; r += together * PanelTile.Rows)
        {
            int panels = Math.Min(together, (whole - r) / PanelTile.Rows);
            for (int k = 0; k < cols; k += strip)
            {
                int part = Math.Min(strip, cols - k);
                PanelTile next = tile;
                for (int p = 0; p < panels; p++, next = next.Next)
                {
                    Pack(w, rowBytes, r + (p * PanelTile.Rows), cols, k, part, few ? strip : 0, next);
                }

                Spend(tile, panels, TKernel.View(x, cols, k, part), y + r, yStride, k == 0, spare);
            }
        }

        // Panels whose sums wait in scratch: all where an output has 16, else the last of fewer rows.
        for (int r = whole; r < rows; r += PanelTile.Rows)
        {
            int count = Math.Min(PanelTile.Rows, rows - r);
            long stride = PanelTile.Rows * TKernel.SumsPerRow;
            for (int k = 0; k < cols; k += strip)
            {
                int part = Math.Min(strip, cols - k);
                if (count == PanelTile.Rows)
                {
                    Pack(w, rowBytes, r, cols, k, part, few ? strip : 0, tile);
                }
                else
                {
                    Copy(At(w, rowBytes, r, k), rowBytes, count, (long)part / TBlock.Length * sizeof(TBlock), copy, copyBytes);
                    TPacker.Pack(copy, copyBytes, part / TBlock.Length, tile);
                }

                Spend(tile, 1, TKernel.View(x, cols, k, part), sums, stride, k == 0, spare);
            }

            for (int t = 0; t < x.Count; t++)
            {
                TKernel.Fold(sums + (t * stride));
                new ReadOnlySpan<float>(sums + (t * stride), count).CopyTo(new Span<float>(y + (t * yStride) + r, count));
            }
        }
    }

    private static byte* At(byte* w, long rowBytes, int row, int col) => w + (row * rowBytes) + ((long)col / TBlock.Length * sizeof(TBlock));

    // A prefetch beyond the matrix is harmless: it never faults.
    private static void Pack(byte* w, long rowBytes, int row, int cols, int col, int count, int prefetchStrip, PanelTile tile)
    {
        if (prefetchStrip > 0 && Sse.IsSupported)
        {
            int strips = (cols + prefetchStrip - 1) / prefetchStrip;
            int next = (col / prefetchStrip) + StripsAhead;
            Prefetch(
                At(w, rowBytes, row + (next / strips * PanelTile.Rows), next % strips * prefetchStrip),
                rowBytes,
                (long)prefetchStrip / TBlock.Length * sizeof(TBlock));
        }

        TPacker.Pack(At(w, rowBytes, row, col), rowBytes, count / TBlock.Length, tile);
    }

    private static void Spend(PanelTile tile, int panels, in PanelActivations x, float* acc, long accStride, bool first, byte* spare)
    {
        int tokens = x.Tokens;
        for (int t = 0; t < tokens; t += TKernel.TokensPerCall)
        {
            int count = Math.Min(TKernel.TokensPerCall, tokens - t);
            TKernel.Multiply(tile, panels, x.Part(t, count), acc + (t * accStride), accStride, first, spare);
            if (count == tokens - t)
            {
                return;
            }
        }
    }

    // As few strips as their largest length allows, of about equal length.
    private static int StripOf(int cols, int most)
    {
        int strips = (cols + most - 1) / most;
        int blocks = cols / TBlock.Length;
        int perStrip = (blocks + strips - 1) / strips;
        return Math.Min(perStrip * TBlock.Length, most);
    }

    private static void Copy(byte* from, long rowBytes, int count, long bytes, byte* to, long stride)
    {
        for (int r = 0; r < PanelTile.Rows; r++)
        {
            Unsafe.CopyBlockUnaligned(to + (r * stride), from + (Math.Min(r, count - 1) * rowBytes), (uint)bytes);
        }
    }

    private static void Prefetch(byte* from, long rowBytes, long bytes)
    {
        for (int r = 0; r < PanelTile.Rows; r++)
        {
            for (long at = 0; at < bytes; at += CacheLine)
            {
                Sse.Prefetch1(from + (r * rowBytes) + at);
            }
        }
    }
}
