using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Jevons.Kernels.Products;

/// <summary>
/// The float product of block types for few tokens, straight from a tile: lanes of a register are rows, and the 16 lanes of
/// an output's sum are 16 registers, so the steps and the folds are those of <see cref="FloatProduct"/>. Eight of them run at
/// a time. A weight is scale * q, less its minimum, each rounded on its own, as the format's definition has it.
/// </summary>
/// <typeparam name="TShape">The weight type.</typeparam>
/// <typeparam name="TLanes">The instruction set.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly unsafe struct ExactKernel<TShape, TLanes, V> : IPanelKernel
    where TShape : struct, IGroupShape
    where TLanes : struct, IRowLanes<V>
    where V : struct
{
    private const int StepBytes = 4 * PanelTile.Rows;
    private const int Lanes = 16;

    /// <inheritdoc/>
    public static int SumsPerRow => Lanes;

    /// <inheritdoc/>
    public static int TokensPerCall => int.MaxValue;

    /// <inheritdoc/>
    public static int SpareBytes => 0;

    /// <inheritdoc/>
    public static PanelActivations View(in ActivationRows x, int cols, int firstCol, int count) => new(x.Values, firstCol, count);

    /// <inheritdoc/>
    public static void Multiply(PanelTile tile, int panels, in PanelActivations x, float* acc, long accStride, bool first, byte* spare)
    {
        Debug.Assert(panels == 1 && x.Cols % TShape.GroupLength == 0);
        for (int t = 0; t < x.Tokens; t++)
        {
            float* token = (float*)(x.Values + (t * x.RowBytes));
            float* sums = acc + (t * accStride);
            for (int r = 0; r < PanelTile.Rows; r += TLanes.Count)
            {
                for (int half = 0; half < 2; half++)
                {
                    // Columns 8 half to 8 half + 7 of every 16: two steps of the tile.
                    Eight(
                        tile.Values + (2 * StepBytes * half) + (4 * r),
                        tile.Scales + r,
                        tile.NegatedMinima + r,
                        token + (8 * half),
                        x.Cols / TShape.GroupLength,
                        sums + (8 * half * PanelTile.Rows) + r,
                        first);
                }
            }
        }
    }

    /// <inheritdoc/>
    public static void Fold(float* sums)
    {
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half * PanelTile.Rows; i += TLanes.Count)
            {
                TLanes.Store(TLanes.AddFloat(TLanes.Load(sums + i), TLanes.Load(sums + i + (half * PanelTile.Rows))), sums + i);
            }
        }
    }

    private static void Eight(byte* w, float* scales, float* minima, float* x, int groups, float* sums, bool first)
    {
        const int Rows = PanelTile.Rows;
        V a0 = first ? TLanes.Fill(0) : TLanes.Load(sums);
        V a1 = first ? TLanes.Fill(0) : TLanes.Load(sums + Rows);
        V a2 = first ? TLanes.Fill(0) : TLanes.Load(sums + (2 * Rows));
        V a3 = first ? TLanes.Fill(0) : TLanes.Load(sums + (3 * Rows));
        V a4 = first ? TLanes.Fill(0) : TLanes.Load(sums + (4 * Rows));
        V a5 = first ? TLanes.Fill(0) : TLanes.Load(sums + (5 * Rows));
        V a6 = first ? TLanes.Fill(0) : TLanes.Load(sums + (6 * Rows));
        V a7 = first ? TLanes.Fill(0) : TLanes.Load(sums + (7 * Rows));
        for (int g = 0; g < groups; g++)
        {
            V scale = TLanes.Load(scales);
            V minimum = TShape.HasMinimum ? TLanes.Load(minima) : scale;
            for (int k = 0; k < TShape.GroupLength; k += Lanes)
            {
                V low = Signed(TLanes.Load(w));
                V high = Signed(TLanes.Load(w + StepBytes));
                a0 = TLanes.MultiplyAddFloat(Weight(low, 0, scale, minimum), TLanes.FillFrom(x), a0);
                a1 = TLanes.MultiplyAddFloat(Weight(low, 1, scale, minimum), TLanes.FillFrom(x + 1), a1);
                a2 = TLanes.MultiplyAddFloat(Weight(low, 2, scale, minimum), TLanes.FillFrom(x + 2), a2);
                a3 = TLanes.MultiplyAddFloat(Weight(low, 3, scale, minimum), TLanes.FillFrom(x + 3), a3);
                a4 = TLanes.MultiplyAddFloat(Weight(high, 0, scale, minimum), TLanes.FillFrom(x + 4), a4);
                a5 = TLanes.MultiplyAddFloat(Weight(high, 1, scale, minimum), TLanes.FillFrom(x + 5), a5);
                a6 = TLanes.MultiplyAddFloat(Weight(high, 2, scale, minimum), TLanes.FillFrom(x + 6), a6);
                a7 = TLanes.MultiplyAddFloat(Weight(high, 3, scale, minimum), TLanes.FillFrom(x + 7), a7);
                w += StepBytes * Lanes / 4;
                x += Lanes;
            }

            scales += Rows;
            minima += Rows;
        }

        TLanes.Store(a0, sums);
        TLanes.Store(a1, sums + Rows);
        TLanes.Store(a2, sums + (2 * Rows));
        TLanes.Store(a3, sums + (3 * Rows));
        TLanes.Store(a4, sums + (4 * Rows));
        TLanes.Store(a5, sums + (5 * Rows));
        TLanes.Store(a6, sums + (6 * Rows));
        TLanes.Store(a7, sums + (7 * Rows));
    }

    // The tile's unsigned bytes less the form's offset: signed bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Signed(V bytes) => TShape.Offset == 0 ? bytes : TLanes.Subtract8(bytes, TLanes.Fill((uint)TShape.Offset * 0x0101_0101u));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Weight(V bytes, int i, V scale, V minimum)
    {
        V q = TLanes.ShiftRightArithmetic(i == 3 ? bytes : TLanes.ShiftLeft(bytes, 24 - (8 * i)), 24);
        V product = TLanes.MultiplyFloat(TLanes.ToFloat(q), scale);
        return TShape.HasMinimum ? TLanes.AddFloat(product, minimum) : product;
    }
}
