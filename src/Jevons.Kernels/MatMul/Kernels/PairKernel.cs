using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>
/// Values of at most 7 bits through 16-bit pair sums. An activation is at most 127 in magnitude, so b bits leave room for
/// 2^(8 - b) pairs before 16 bits overflow (15 * 127 * 16 = 30480): that many steps of 4 columns add up in 16 bits, then they
/// move to 32. Lanes are rows, four tokens share every load of the tile.
/// </summary>
/// <typeparam name="TShape">The weight type.</typeparam>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct PairKernel<TShape, TLanes, V> : IPanelKernel
    where TShape : struct, IGroupShape
    where TLanes : struct, IPairLanes<V>
    where V : struct
{
    private const int StepBytes = 4 * PanelTile.Rows;
    private const uint Ones = 0x0001_0001;

    /// <inheritdoc/>
    public static int SumsPerRow => 1;

    /// <inheritdoc/>
    public static int TokensPerCall => 24;

    /// <inheritdoc/>
    public static int SpareBytes => 0;

    // Steps of 4 columns that fit 16-bit sums, and how often that makes a group.
    private static int Steps => TShape.Bits switch
    {
        <= 4 => TShape.GroupLength / 4,
        5 => 4,
        6 => 2,
        _ => 1,
    };

    private static int Parts => TShape.GroupLength / 4 / Steps;

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
        Debug.Assert(TShape.Bits <= 7 && x.Cols % TShape.GroupLength == 0);
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
        V ones = TLanes.Fill(Ones);
        int groups = x.Cols / TShape.GroupLength;
        for (int g = 0; g < groups; g++)
        {
            nint k = ActivationGroup<TShape>.Values(g);
            nint at = ActivationGroup<TShape>.NegatedSum(g);
            V s0 = Start(x0 + at);
            V s1 = Start(x1 + at);
            V s2 = Start(x2 + at);
            V s3 = Start(x3 + at);
            for (int part = 0; part < Parts; part++)
            {
                V p0 = TLanes.Fill(0);
                V p1 = p0;
                V p2 = p0;
                V p3 = p0;
                Step(w, 0, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                if (Steps > 1)
                {
                    Step(w, 1, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                }

                if (Steps > 2)
                {
                    Step(w, 2, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                    Step(w, 3, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                }

                if (Steps > 4)
                {
                    Step(w, 4, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                    Step(w, 5, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                    Step(w, 6, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                    Step(w, 7, x0 + k, x1 + k, x2 + k, x3 + k, ref p0, ref p1, ref p2, ref p3);
                }

                s0 = TLanes.Add32(s0, TLanes.SumPairs(p0, ones));
                s1 = TLanes.Add32(s1, TLanes.SumPairs(p1, ones));
                s2 = TLanes.Add32(s2, TLanes.SumPairs(p2, ones));
                s3 = TLanes.Add32(s3, TLanes.SumPairs(p3, ones));
                w += StepBytes * Steps;
                k += 4 * Steps;
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
        V ones = TLanes.Fill(Ones);
        int groups = x.Cols / TShape.GroupLength;
        for (int g = 0; g < groups; g++)
        {
            V s = Start(row + ActivationGroup<TShape>.NegatedSum(g));
            byte* p = row + ActivationGroup<TShape>.Values(g);
            for (int part = 0; part < Parts; part++)
            {
                // Two chains, so that the additions of one do not wait for each other's.
                V even = Pairs(w, p, 0);
                V odd = TLanes.Fill(0);
                if (Steps > 1)
                {
                    odd = Pairs(w, p, 1);
                }

                if (Steps > 2)
                {
                    even = TLanes.Add16(even, Pairs(w, p, 2));
                    odd = TLanes.Add16(odd, Pairs(w, p, 3));
                }

                if (Steps > 4)
                {
                    even = TLanes.Add16(even, Pairs(w, p, 4));
                    odd = TLanes.Add16(odd, Pairs(w, p, 5));
                    even = TLanes.Add16(even, Pairs(w, p, 6));
                    odd = TLanes.Add16(odd, Pairs(w, p, 7));
                }

                s = TLanes.Add32(s, TLanes.SumPairs(Steps > 1 ? TLanes.Add16(even, odd) : even, ones));
                w += StepBytes * Steps;
                p += 4 * Steps;
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

    // The tile holds q + Offset: the group's sum starts at -Offset * sum(p).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Start(byte* negatedSum) => TShape.Offset == 0 ? TLanes.Fill(0) : TLanes.Fill((uint)(TShape.Offset * *(int*)negatedSum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Pairs(byte* w, byte* x, int step) => TLanes.Pairs(TLanes.Load(w + (StepBytes * step)), TLanes.FillFrom(x + (4 * step)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step(
        byte* w, int step, byte* x0, byte* x1, byte* x2, byte* x3, ref V p0, ref V p1, ref V p2, ref V p3)
    {
        V weights = TLanes.Load(w + (StepBytes * step));
        V q0 = TLanes.Pairs(weights, TLanes.FillFrom(x0 + (4 * step)));
        V q1 = TLanes.Pairs(weights, TLanes.FillFrom(x1 + (4 * step)));
        V q2 = TLanes.Pairs(weights, TLanes.FillFrom(x2 + (4 * step)));
        V q3 = TLanes.Pairs(weights, TLanes.FillFrom(x3 + (4 * step)));
        p0 = step == 0 ? q0 : TLanes.Add16(p0, q0);
        p1 = step == 0 ? q1 : TLanes.Add16(p1, q1);
        p2 = step == 0 ? q2 : TLanes.Add16(p2, q2);
        p3 = step == 0 ? q3 : TLanes.Add16(p3, q3);
    }
}
