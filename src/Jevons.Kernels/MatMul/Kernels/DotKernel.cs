using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>
/// Values of any width where the CPU sums four byte products into 32 bits at once. Lanes are rows, four tokens share every
/// load of the tile.
/// </summary>
/// <typeparam name="TShape">The weight type.</typeparam>
/// <typeparam name="TLanes">The registers.</typeparam>
/// <typeparam name="V">A register.</typeparam>
/// <typeparam name="TDot">The dot product.</typeparam>
internal readonly unsafe struct DotKernel<TShape, TLanes, V, TDot> : IPanelKernel
    where TShape : struct, IGroupShape
    where TLanes : struct, IRowLanes<V>
    where V : struct
    where TDot : struct, IDot4<V>
{
    private const int StepBytes = 4 * PanelTile.Rows;
    private const uint TopBits = 0x8080_8080;

    /// <inheritdoc/>
    public static int SumsPerRow => 1;

    /// <inheritdoc/>
    public static int TokensPerCall => 24;

    /// <inheritdoc/>
    public static int SpareBytes => 0;

    // Flipping the top bit of an unsigned byte makes it a signed one that is 128 less.
    private static bool Flips => TDot.ReadsSigned && TShape.Bits == 8;

    private static int Offset => Flips ? TShape.Offset - 128 : TShape.Offset;

    /// <inheritdoc/>
    public static PanelActivations View(in ActivationRows x, int cols, int firstCol, int count) =>
        new(x.Quantized, QuantizedRow.Bytes(cols), firstCol, count, x.Count);

    /// <inheritdoc/>
    public static void Fold(float* sums)
    {
    }

    /// <inheritdoc/>
    public static void Multiply(PanelTile tile, int panels, in PanelActivations x, float* acc, long accStride, bool first, byte* spare)
    {
        Debug.Assert(x.Cols % TShape.GroupLength == 0);
        for (; panels > 0; panels--, tile = tile.Next, acc += PanelTile.Rows)
        {
            for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
            {
                byte* w = tile.Values + (4 * r);
                byte* row = x.Values;
                float* y = acc + r;
                int t = 0;
                for (; t <= x.Tokens - 4; t += 4)
                {
                    Four(w, tile.Scales + r, tile.NegatedMinima + r, x, row, y, accStride, first);
                    row += 4 * x.RowBytes;
                    y += 4 * accStride;
                }

                for (; t < x.Tokens; t++)
                {
                    One(w, tile.Scales + r, tile.NegatedMinima + r, x, row, y, first);
                    row += x.RowBytes;
                    y += accStride;
                }
            }
        }
    }

    private static void Four(
        byte* w, float* scales, float* minima, in PanelActivations x, byte* x0, float* acc, long accStride, bool first)
    {
        byte* x1 = x0 + x.RowBytes;
        byte* x2 = x1 + x.RowBytes;
        byte* x3 = x2 + x.RowBytes;
        V y0 = first ? TLanes.Fill(0) : TLanes.Load(acc);
        V y1 = first ? TLanes.Fill(0) : TLanes.Load(acc + accStride);
        V y2 = first ? TLanes.Fill(0) : TLanes.Load(acc + (2 * accStride));
        V y3 = first ? TLanes.Fill(0) : TLanes.Load(acc + (3 * accStride));
        int groups = x.Cols / TShape.GroupLength;
        for (int g = 0; g < groups; g++)
        {
            nint k = ActivationGroup<TShape>.Values(g);
            nint at = ActivationGroup<TShape>.NegatedSum(g);
            V s0 = Start(x0 + at);
            V s1 = Start(x1 + at);
            V s2 = Start(x2 + at);
            V s3 = Start(x3 + at);
            for (int step = 0; step < TShape.GroupLength / 4; step++)
            {
                V weights = Weights(w);
                s0 = TDot.Add(s0, weights, TLanes.FillFrom(x0 + k));
                s1 = TDot.Add(s1, weights, TLanes.FillFrom(x1 + k));
                s2 = TDot.Add(s2, weights, TLanes.FillFrom(x2 + k));
                s3 = TDot.Add(s3, weights, TLanes.FillFrom(x3 + k));
                w += StepBytes;
                k += 4;
            }

            V scale = TLanes.Load(scales);
            at = ActivationGroup<TShape>.Scale(g);
            y0 = TLanes.MultiplyAddFloat(TLanes.MultiplyFloat(scale, TLanes.FillFrom(x0 + at)), TLanes.ToFloat(s0), y0);
            y1 = TLanes.MultiplyAddFloat(TLanes.MultiplyFloat(scale, TLanes.FillFrom(x1 + at)), TLanes.ToFloat(s1), y1);
            y2 = TLanes.MultiplyAddFloat(TLanes.MultiplyFloat(scale, TLanes.FillFrom(x2 + at)), TLanes.ToFloat(s2), y2);
            y3 = TLanes.MultiplyAddFloat(TLanes.MultiplyFloat(scale, TLanes.FillFrom(x3 + at)), TLanes.ToFloat(s3), y3);
            scales += PanelTile.Rows;
            if (TShape.HasMinimum)
            {
                V minimum = TLanes.Load(minima);
                at = ActivationGroup<TShape>.ScaledSum(g);
                y0 = TLanes.MultiplyAddFloat(minimum, TLanes.FillFrom(x0 + at), y0);
                y1 = TLanes.MultiplyAddFloat(minimum, TLanes.FillFrom(x1 + at), y1);
                y2 = TLanes.MultiplyAddFloat(minimum, TLanes.FillFrom(x2 + at), y2);
                y3 = TLanes.MultiplyAddFloat(minimum, TLanes.FillFrom(x3 + at), y3);
                minima += PanelTile.Rows;
            }
        }

        TLanes.Store(y0, acc);
        TLanes.Store(y1, acc + accStride);
        TLanes.Store(y2, acc + (2 * accStride));
        TLanes.Store(y3, acc + (3 * accStride));
    }

    private static void One(byte* w, float* scales, float* minima, in PanelActivations x, byte* row, float* acc, bool first)
    {
        V y = first ? TLanes.Fill(0) : TLanes.Load(acc);
        int groups = x.Cols / TShape.GroupLength;
        for (int g = 0; g < groups; g++)
        {
            V s = Start(row + ActivationGroup<TShape>.NegatedSum(g));
            byte* p = row + ActivationGroup<TShape>.Values(g);
            for (int step = 0; step < TShape.GroupLength / 4; step++)
            {
                s = TDot.Add(s, Weights(w), TLanes.FillFrom(p));
                w += StepBytes;
                p += 4;
            }

            V factor = TLanes.FillFrom(row + ActivationGroup<TShape>.Scale(g));
            y = TLanes.MultiplyAddFloat(TLanes.MultiplyFloat(TLanes.Load(scales), factor), TLanes.ToFloat(s), y);
            scales += PanelTile.Rows;
            if (TShape.HasMinimum)
            {
                y = TLanes.MultiplyAddFloat(TLanes.Load(minima), TLanes.FillFrom(row + ActivationGroup<TShape>.ScaledSum(g)), y);
                minima += PanelTile.Rows;
            }
        }

        TLanes.Store(y, acc);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Weights(byte* w) => Flips ? TLanes.Xor(TLanes.Load(w), TLanes.Fill(TopBits)) : TLanes.Load(w);

    // The tile holds q + Offset: the group's sum starts at -Offset * sum(p).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Start(byte* negatedSum) => Offset == 0 ? TLanes.Fill(0) : TLanes.Fill((uint)(Offset * *(int*)negatedSum));
}
