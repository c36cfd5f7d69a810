using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>
/// Values of 8 bits through 16-bit pair sums: a value is 16 * high + low with two 4-bit planes, each of which adds a whole
/// group of 32 in 16 bits (15 * 127 * 16 = 30480). From four tokens on the planes are split once per tile into the spare
/// memory, low before high for every step of 4 columns.
/// </summary>
/// <typeparam name="TShape">The weight type, groups of 32.</typeparam>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct PlaneKernel<TShape, TLanes, V> : IPanelKernel
    where TShape : struct, IGroupShape
    where TLanes : struct, IPairLanes<V>
    where V : struct
{
    private const int StepBytes = 4 * PanelTile.Rows;
    private const int Steps = 8;
    private const uint Ones = 0x0001_0001;
    private const uint Sixteens = 0x0010_0010;
    private const uint Nibbles = 0x0F0F_0F0F;

    /// <inheritdoc/>
    public static int SumsPerRow => 1;

    /// <inheritdoc/>
    public static int TokensPerCall => int.MaxValue;

    /// <inheritdoc/>
    public static int SpareBytes => 2 * PanelTile.MaxCols * PanelTile.Rows;

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
        Debug.Assert(TShape.GroupLength == 32 && !TShape.HasMinimum && x.Cols % 32 == 0);
        for (; panels > 0; panels--, tile = tile.Next, acc += PanelTile.Rows)
        {
            if (x.Tokens >= 4)
            {
                Split(tile.Values, x.Cols, spare);
            }

            for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
            {
                byte* row = x.Values;
                float* y = acc + r;
                int t = 0;
                for (; t <= x.Tokens - 4; t += 4)
                {
                    Four(spare + (4 * r), tile.Scales + r, x, row, y, accStride, first);
                    row += 4 * x.RowBytes;
                    y += 4 * accStride;
                }

                for (; t < x.Tokens; t++)
                {
                    One(tile.Values + (4 * r), tile.Scales + r, x, row, y, first);
                    row += x.RowBytes;
                    y += accStride;
                }
            }
        }
    }

    private static void Split(byte* values, int cols, byte* planes)
    {
        V mask = TLanes.Fill(Nibbles);
        for (int at = 0; at < cols * PanelTile.Rows; at += StepBytes)
        {
            for (int r = 0; r < StepBytes; r += 4 * TLanes.Count)
            {
                V value = TLanes.Load(values + at + r);
                TLanes.Store(TLanes.And(value, mask), planes + (2 * at) + r);
                TLanes.Store(TLanes.And(TLanes.ShiftRight(value, 4), mask), planes + (2 * at) + StepBytes + r);
            }
        }
    }

    private static void Four(byte* w, float* scales, in PanelActivations x, byte* x0, float* acc, long accStride, bool first)
    {
        byte* x1 = x0 + x.RowBytes;
        byte* x2 = x1 + x.RowBytes;
        byte* x3 = x2 + x.RowBytes;
        V y0 = first ? TLanes.Fill(0) : TLanes.Load(acc);
        V y1 = first ? TLanes.Fill(0) : TLanes.Load(acc + accStride);
        V y2 = first ? TLanes.Fill(0) : TLanes.Load(acc + (2 * accStride));
        V y3 = first ? TLanes.Fill(0) : TLanes.Load(acc + (3 * accStride));
        for (int g = 0; g < x.Cols / 32; g++)
        {
            nint k = ActivationGroup<TShape>.Values(g);
            V low0 = TLanes.Fill(0);
            V low1 = low0;
            V low2 = low0;
            V low3 = low0;
            V high0 = low0;
            V high1 = low0;
            V high2 = low0;
            V high3 = low0;
            for (int step = 0; step < Steps; step++)
            {
                V low = TLanes.Load(w);
                V high = TLanes.Load(w + StepBytes);
                V p0 = TLanes.FillFrom(x0 + k);
                V p1 = TLanes.FillFrom(x1 + k);
                V p2 = TLanes.FillFrom(x2 + k);
                V p3 = TLanes.FillFrom(x3 + k);
                low0 = TLanes.Add16(low0, TLanes.Pairs(low, p0));
                high0 = TLanes.Add16(high0, TLanes.Pairs(high, p0));
                low1 = TLanes.Add16(low1, TLanes.Pairs(low, p1));
                high1 = TLanes.Add16(high1, TLanes.Pairs(high, p1));
                low2 = TLanes.Add16(low2, TLanes.Pairs(low, p2));
                high2 = TLanes.Add16(high2, TLanes.Pairs(high, p2));
                low3 = TLanes.Add16(low3, TLanes.Pairs(low, p3));
                high3 = TLanes.Add16(high3, TLanes.Pairs(high, p3));
                w += 2 * StepBytes;
                k += 4;
            }

            V scale = TLanes.Load(scales);
            nint toSum = ActivationGroup<TShape>.NegatedSum(g);
            nint toScale = ActivationGroup<TShape>.Scale(g);
            y0 = Finish(low0, high0, x0 + toSum, x0 + toScale, scale, y0);
            y1 = Finish(low1, high1, x1 + toSum, x1 + toScale, scale, y1);
            y2 = Finish(low2, high2, x2 + toSum, x2 + toScale, scale, y2);
            y3 = Finish(low3, high3, x3 + toSum, x3 + toScale, scale, y3);
            scales += PanelTile.Rows;
        }

        TLanes.Store(y0, acc);
        TLanes.Store(y1, acc + accStride);
        TLanes.Store(y2, acc + (2 * accStride));
        TLanes.Store(y3, acc + (3 * accStride));
    }

    private static void One(byte* w, float* scales, in PanelActivations x, byte* row, float* acc, bool first)
    {
        V y = first ? TLanes.Fill(0) : TLanes.Load(acc);
        V mask = TLanes.Fill(Nibbles);
        for (int g = 0; g < x.Cols / 32; g++)
        {
            V low = TLanes.Fill(0);
            V high = low;
            for (int step = 0; step < Steps; step++)
            {
                V value = TLanes.Load(w + (StepBytes * step));
                V p = TLanes.FillFrom(row + ActivationGroup<TShape>.Values(g) + (4 * step));
                low = TLanes.Add16(low, TLanes.Pairs(TLanes.And(value, mask), p));
                high = TLanes.Add16(high, TLanes.Pairs(TLanes.And(TLanes.ShiftRight(value, 4), mask), p));
            }

            y = Finish(
                low, high, row + ActivationGroup<TShape>.NegatedSum(g), row + ActivationGroup<TShape>.Scale(g), TLanes.Load(scales), y);
            w += StepBytes * Steps;
            scales += PanelTile.Rows;
        }

        TLanes.Store(y, acc);
    }

    // sum(q p) = low + 16 high - Offset * sum(p), then the group's fused step.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Finish(V low, V high, byte* negatedSum, byte* activationScale, V weightScale, V y)
    {
        V total = TLanes.Add32(TLanes.SumPairs(low, TLanes.Fill(Ones)), TLanes.SumPairs(high, TLanes.Fill(Sixteens)));
        total = TLanes.Add32(total, TLanes.Fill((uint)(TShape.Offset * *(int*)negatedSum)));
        return TLanes.MultiplyAddFloat(TLanes.MultiplyFloat(weightScale, TLanes.FillFrom(activationScale)), TLanes.ToFloat(total), y);
    }
}
