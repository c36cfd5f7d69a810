using System.Runtime.CompilerServices;

namespace Jevons.Kernels;

/// <summary>
/// Causal attention of query rows over the pages of a sequence: the definition that prompt, decode, grouped-query and
/// latent attention share.
/// </summary>
/// <remarks>
/// For one query at position p, everything in f32, over pages of 64 positions counted from 0 and segments of
/// <see cref="PagesPerSegment"/> pages:
/// <code>
/// within a segment, pages ascending, n = visible positions of the page (those at or below p):
///   s_j = scale * (sum over d ascending of q_d k_{j,d}, fused multiply-adds from +0)        j = 0..n-1
///   m' = max(m, s_0 .. s_{n-1})             NaN is passed over by max and reaches the sums through the exponential
///   c = e^(m - m') (1 where m' = m),  p_j = e^(s_j - m')
///   l = fma(l, c, sum of p)                 64 values, p_j = +0 from j = n on: ((0-15 + 16-31) + (32-47 + 48-63)), lane tree
///   o_d = c o_d, then o_d = fma(p_j, v_{j,d}, o_d) for j = 0..n-1 ascending
/// starting from m = -infinity, l = 0, o = 0.
/// segments ascending, (M, L, O) of the first as it is, then for each further one:
///   M' = max(M, m),  a = e^(M - M'),  b = e^(m - M'),  L = fma(L, a, l b),  O_d = fma(O_d, a, o_d b)
/// output_d = O_d / L
/// </code>
/// A query's result depends on its own row and on the cached positions 0..p alone. Positions behind p are never read into
/// a sum. Rows, pages and segments may therefore be shared out and blocked freely.
/// </remarks>
internal static unsafe class OnlineSoftmax
{
    /// <summary>Pages of a segment: the unit in which a long context is shared out between threads.</summary>
    public const int PagesPerSegment = 8;

    /// <summary>Positions of a segment.</summary>
    public const int SegmentLength = PagesPerSegment * KvLayerLayout.PageLength;

    /// <summary>Runs one segment for the rows that reach it.</summary>
    /// <param name="source">Keys and values.</param>
    /// <param name="chunk">The chunk of the rows.</param>
    /// <param name="head">KV head.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="segment">Segment of the sequence.</param>
    /// <param name="state">Results; written for rows whose position lies in or behind the segment.</param>
    /// <param name="scratch">ScratchBytes of the source.</param>
    /// <param name="worker">Worker.</param>
    public static void Segment<TLanes, TSource>(
        ref TSource source, in BatchChunk chunk, int head, in AttentionRows rows, int segment, RunningSoftmax state, byte* scratch, int worker)
        where TLanes : unmanaged, ILanes<TLanes>
        where TSource : struct, IPageSource<TSource>
    {
        int lastPosition = rows.PositionOf(rows.Count - 1);
        int firstPage = segment * PagesPerSegment;
        int endPage = Math.Min(firstPage + PagesPerSegment, (lastPosition / KvLayerLayout.PageLength) + 1);
        int firstRow = FirstRowAt(rows, firstPage * KvLayerLayout.PageLength);
        for (int row = firstRow; row < rows.Count; row++)
        {
            state.Max[row] = float.NegativeInfinity;
            state.Sum[row] = 0;
            new Span<float>(state.Values + ((long)row * rows.ValueStride), rows.ValueStride).Clear();
        }

        if (firstPage < endPage)
        {
            int seen = Math.Min(SegmentLength, lastPosition + 1 - (firstPage * KvLayerLayout.PageLength));
            TSource.BeginSegment<TLanes>(ref source, chunk, head, firstPage, seen, scratch, worker);
        }

        for (int page = firstPage; page < endPage; page++)
        {
            int start = page * KvLayerLayout.PageLength;
            int visible = Math.Min(KvLayerLayout.PageLength, lastPosition - start + 1);
            TSource.Load<TLanes>(ref source, chunk, head, page, visible, scratch, worker, out KvTile tile);
            int row = FirstRowAt(rows, start);
            for (; row <= rows.Count - 4; row += 4)
            {
                Rows<TLanes>(rows, row, 4, start, tile, state);
            }

            for (; row < rows.Count; row++)
            {
                Rows<TLanes>(rows, row, 1, start, tile, state);
            }
        }
    }

    /// <summary>Merges a later segment into the running total of the rows that reach it.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="segment">The later segment.</param>
    /// <param name="total">Merged results of the segments before it.</param>
    /// <param name="part">Results of the segment.</param>
    public static void Merge<TLanes>(in AttentionRows rows, int segment, RunningSoftmax total, RunningSoftmax part)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int row = FirstRowAt(rows, segment * SegmentLength); row < rows.Count; row++)
        {
            float max = part.Max[row] > total.Max[row] ? part.Max[row] : total.Max[row];
            float a = Exp<TLanes>(total.Max[row] - max);
            float b = Exp<TLanes>(part.Max[row] - max);
            total.Max[row] = max;
            total.Sum[row] = MathF.FusedMultiplyAdd(total.Sum[row], a, part.Sum[row] * b);
            TLanes lanesA = TLanes.Create(a);
            TLanes lanesB = TLanes.Create(b);
            float* o = total.Values + ((long)row * rows.ValueStride);
            float* p = part.Values + ((long)row * rows.ValueStride);
            for (int d = 0; d < rows.ValueStride; d += 16)
            {
                TLanes.Store(o + d, TLanes.FusedMultiplyAdd(TLanes.Load(o + d), lanesA, TLanes.Load(p + d) * lanesB));
            }
        }
    }

    /// <summary>output = O / L for one row.</summary>
    /// <param name="values">O.</param>
    /// <param name="sum">L.</param>
    /// <param name="output">count elements.</param>
    /// <param name="count">Dimensions of a value.</param>
    public static void Finish<TLanes>(float* values, float sum, float* output, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes divisor = TLanes.Create(sum);
        int d = 0;
        for (; d <= count - 16; d += 16)
        {
            TLanes.Store(output + d, TLanes.Load(values + d) / divisor);
        }

        if (d < count)
        {
            LaneTail.Store(output + d, count - d, TLanes.Load(values + d) / divisor);
        }
    }

    // The first row whose token stands at or behind a position.
    private static int FirstRowAt(in AttentionRows rows, int position) =>
        Math.Max(0, position - rows.FirstPosition) * rows.Heads;

    private static void Rows<TLanes>(in AttentionRows rows, int first, int count, int start, in KvTile tile, RunningSoftmax state)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        const int Page = KvLayerLayout.PageLength;
        float* scores = rows.Scores;
        float* ones = stackalloc float[] { 1, 1, 1, 1 };
        float* secondKeys = tile.Keys + ((long)rows.FirstDim * Page);
        if (count == 4)
        {
            OuterProduct.Four<TLanes>(rows.First + first, rows.FirstDim, tile.Keys, Page, scores, Page, Page, null);
            if (rows.SecondDim > 0)
            {
                OuterProduct.Four<TLanes>(rows.Second + first, rows.SecondDim, secondKeys, Page, scores, Page, Page, ones);
            }
        }
        else
        {
            OuterProduct.One<TLanes>(rows.First[first], rows.FirstDim, tile.Keys, Page, scores, Page, null);
            if (rows.SecondDim > 0)
            {
                OuterProduct.One<TLanes>(rows.Second[first], rows.SecondDim, secondKeys, Page, scores, Page, ones);
            }
        }

        float* factors = stackalloc float[4];
        int* visible = stackalloc int[4];
        for (int i = 0; i < count; i++)
        {
            visible[i] = Math.Min(Page, rows.PositionOf(first + i) - start + 1);
            factors[i] = Probabilities<TLanes>(
                scores + (i * Page), visible[i], rows.Scale, ref state.Max[first + i], ref state.Sum[first + i]);
        }

        float* values = state.Values + ((long)first * rows.ValueStride);
        if (count == 1)
        {
            OuterProduct.One<TLanes>(scores, visible[0], tile.Values, tile.ValueStride, values, rows.ValueStride, factors);
            return;
        }

        float** p = stackalloc float*[] { scores, scores + Page, scores + (2 * Page), scores + (3 * Page) };
        int shared = visible[0];
        OuterProduct.Four<TLanes>(p, shared, tile.Values, tile.ValueStride, values, rows.ValueStride, rows.ValueStride, factors);
        float* rest = tile.Values + ((long)shared * tile.ValueStride);
        for (int i = 1; i < count; i++)
        {
            if (visible[i] > shared)
            {
                float* o = values + ((long)i * rows.ValueStride);
                OuterProduct.One<TLanes>(p[i] + shared, visible[i] - shared, rest, tile.ValueStride, o, rows.ValueStride, ones);
            }
        }
    }

    // Scores of one row become probabilities in place; returns the factor of what was accumulated before.
    private static float Probabilities<TLanes>(float* scores, int visible, float scale, ref float max, ref float sum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes factor = TLanes.Create(scale);
        TLanes s0 = TLanes.Load(scores) * factor;
        TLanes s1 = TLanes.Load(scores + 16) * factor;
        TLanes s2 = TLanes.Load(scores + 32) * factor;
        TLanes s3 = TLanes.Load(scores + 48) * factor;
        if (visible < KvLayerLayout.PageLength)
        {
            // Lanes without a position become -infinity, so that their probability is exactly +0.
            TLanes.Store(scores, s0);
            TLanes.Store(scores + 16, s1);
            TLanes.Store(scores + 32, s2);
            TLanes.Store(scores + 48, s3);
            new Span<float>(scores + visible, KvLayerLayout.PageLength - visible).Fill(float.NegativeInfinity);
            s0 = TLanes.Load(scores);
            s1 = TLanes.Load(scores + 16);
            s2 = TLanes.Load(scores + 32);
            s3 = TLanes.Load(scores + 48);
        }

        TLanes largest = TLanes.Max(TLanes.Create(float.NegativeInfinity), s0);
        largest = TLanes.Max(TLanes.Max(TLanes.Max(largest, s1), s2), s3);
        float pageMax = TLanes.Maximum(largest);
        float newMax = pageMax > max ? pageMax : max;
        float keep = newMax == max ? 1f : Exp<TLanes>(max - newMax);
        TLanes shift = TLanes.Create(newMax);
        s0 = LaneMath.Exp(s0 - shift);
        s1 = LaneMath.Exp(s1 - shift);
        s2 = LaneMath.Exp(s2 - shift);
        s3 = LaneMath.Exp(s3 - shift);
        TLanes.Store(scores, s0);
        TLanes.Store(scores + 16, s1);
        TLanes.Store(scores + 32, s2);
        TLanes.Store(scores + 48, s3);
        max = newMax;
        sum = MathF.FusedMultiplyAdd(sum, keep, LaneMath.Sum(s0, s1, s2, s3));
        return keep;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Exp<TLanes>(float x)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* lanes = stackalloc float[16];
        TLanes.Store(lanes, LaneMath.Exp(TLanes.Create(x)));
        return lanes[0];
    }
}
