using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>
/// The vector form: 16 rows over up to 512 columns are unpacked into a tile that fits the first-level cache and is spent on
/// all tokens; partial sums wait in y. One token or a thousand take the same steps, so their bits agree.
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TPacker">How 16 rows are unpacked.</typeparam>
/// <typeparam name="TKernel">How a tile is spent.</typeparam>
internal sealed unsafe class PanelQuantProduct<TBlock, TPacker, TKernel> : QuantProduct
    where TBlock : unmanaged, IQuantBlock<TBlock>
    where TPacker : struct, IPanelPacker
    where TKernel : struct, IPanelKernel
{
    private const int CacheLine = 64;

    // With few tokens the time is that of reading the weights, in 16 streams that the CPU does not foresee.
    private const int PrefetchTokens = 8;

    /// <inheritdoc/>
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        int tokens = x.Count;
        int strip = StripOf(cols);
        long stripBytes = (long)strip / TBlock.Length * sizeof(TBlock);
        long copyBytes = (stripBytes + CacheLine - 1) / CacheLine * CacheLine;
        byte* memory = scratch.Get(worker, PanelTile.Bytes + TKernel.SpareBytes + (PanelTile.Rows * (copyBytes + (4L * tokens))));
        PanelTile tile = new(memory);
        byte* spare = memory + PanelTile.Bytes;
        byte* copy = spare + TKernel.SpareBytes;
        float* sums = (float*)(copy + (PanelTile.Rows * copyBytes));
        long xBytes = QuantizedRow.Bytes(cols);
        for (int r = 0; r < rows; r += PanelTile.Rows)
        {
            // A last panel of fewer rows is copied and filled up with its last row; what that yields is dropped.
            int count = Math.Min(PanelTile.Rows, rows - r);
            bool whole = count == PanelTile.Rows;
            float* acc = whole ? y + r : sums;
            long accStride = whole ? yStride : PanelTile.Rows;
            for (int k = 0; k < cols; k += strip)
            {
                int part = Math.Min(strip, cols - k);
                byte* from = w + (r * rowBytes) + ((long)k / TBlock.Length * sizeof(TBlock));
                if (tokens < PrefetchTokens && Sse.IsSupported)
                {
                    Prefetch(k + strip < cols ? from + stripBytes : w + ((r + PanelTile.Rows) * rowBytes), rowBytes, stripBytes);
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

                PanelActivations activations = new(x.Quantized, xBytes, cols, k, part, tokens);
                TKernel.Multiply(tile, activations, acc, accStride, k == 0, spare);
            }

            if (!whole)
            {
                for (int t = 0; t < tokens; t++)
                {
                    new ReadOnlySpan<float>(sums + ((long)t * PanelTile.Rows), count).CopyTo(new Span<float>(y + (t * yStride) + r, count));
                }
            }
        }
    }

    // As few strips as fit the tile, of about equal length.
    private static int StripOf(int cols)
    {
        int strips = (cols + PanelTile.MaxCols - 1) / PanelTile.MaxCols;
        int blocks = cols / TBlock.Length;
        int perStrip = (blocks + strips - 1) / strips;
        return Math.Min(perStrip * TBlock.Length, PanelTile.MaxCols);
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
                Sse.Prefetch0(from + (r * rowBytes) + at);
            }
        }
    }
}
