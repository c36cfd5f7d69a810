using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>
/// The vector form: 16 rows over up to 512 columns are unpacked into a tile that fits the first-level cache and is spent on
/// all tokens; partial sums wait in y, or in scratch where an output has 16 of them. One token or a thousand take the same
/// steps, so their bits agree.
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TPacker">How 16 rows are unpacked.</typeparam>
/// <typeparam name="TKernel">How a tile is spent.</typeparam>
internal sealed unsafe class PanelProduct<TBlock, TPacker, TKernel> : QuantProduct
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TPacker : struct, IPanelPacker
    where TKernel : struct, IPanelKernel
{
    private const int CacheLine = 64;

    // With few tokens the time is that of reading the weights, in 16 streams that the CPU does not foresee: shorter strips, and
    // what lies some strips ahead is called into the second-level cache (into the first it would push the tile out).
    private const int FewTokens = 8;
    private const int FewTokensCols = 256;
    private const int StripsAhead = 4;

    /// <inheritdoc/>
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        int tokens = x.Count;
        bool few = tokens < FewTokens;
        int strip = StripOf(cols, few ? FewTokensCols : PanelTile.MaxCols);
        int strips = (cols + strip - 1) / strip;
        long stripBytes = (long)strip / TBlock.Length * sizeof(TBlock);
        long copyBytes = (stripBytes + CacheLine - 1) / CacheLine * CacheLine;
        long sumsBytes = (long)sizeof(float) * PanelTile.Rows * TKernel.SumsPerRow;
        byte* memory = scratch.Get(worker, PanelTile.Bytes + TKernel.SpareBytes + (PanelTile.Rows * copyBytes) + (tokens * sumsBytes));
        PanelTile tile = new(memory);
        byte* spare = memory + PanelTile.Bytes;
        byte* copy = spare + TKernel.SpareBytes;
        float* sums = (float*)(copy + (PanelTile.Rows * copyBytes));
        for (int r = 0; r < rows; r += PanelTile.Rows)
        {
            // A last panel of fewer rows is copied and filled up with its last row; what that yields is dropped.
            int count = Math.Min(PanelTile.Rows, rows - r);
            bool whole = count == PanelTile.Rows;
            bool direct = whole && TKernel.SumsPerRow == 1;
            float* acc = direct ? y + r : sums;
            long accStride = direct ? yStride : PanelTile.Rows * TKernel.SumsPerRow;
            for (int k = 0; k < cols; k += strip)
            {
                int part = Math.Min(strip, cols - k);
                byte* from = w + (r * rowBytes) + ((long)k / TBlock.Length * sizeof(TBlock));
                if (few && Sse.IsSupported)
                {
                    int next = (k / strip) + StripsAhead;
                    long nextRow = r + (next / strips * (long)PanelTile.Rows);
                    Prefetch(w + (nextRow * rowBytes) + (next % strips * stripBytes), rowBytes, stripBytes);
                }

                if (whole)
                {
                    TPacker.Pack(from, rowBytes, part / TBlock.Length, tile);
                }
                else
                {
                    Copy(from, rowBytes, count, (long)part / TBlock.Length * sizeof(TBlock), copy, copyBytes);
                    TPacker.Pack(copy, copyBytes, part / TBlock.Length, tile);
                }

                TKernel.Multiply(tile, TKernel.View(x, cols, k, part), acc, accStride, k == 0, spare);
            }

            for (int t = 0; t < (direct ? 0 : tokens); t++)
            {
                TKernel.Fold(sums + (t * accStride));
                new ReadOnlySpan<float>(sums + (t * accStride), count).CopyTo(new Span<float>(y + (t * yStride) + r, count));
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

    // A prefetch beyond the matrix is harmless: it never faults.
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
