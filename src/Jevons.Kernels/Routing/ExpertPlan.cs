namespace Jevons.Kernels;

/// <summary>
/// Groups the (token, slot) pairs of a batch by expert, so that every expert multiplies its tokens at once, and adds the
/// experts' outputs back to their tokens.
/// </summary>
/// <remarks>Thread-safe; allocates nothing.</remarks>
public static unsafe partial class ExpertPlan
{
    /// <summary>
    /// Counting sort by expert. Group e is grouped rows offsets[e] .. offsets[e + 1] - 1, tokens ascending inside.
    /// </summary>
    /// <param name="experts">[T * topK]: expert of every pair, pair = token * topK + slot.</param>
    /// <param name="topK">Slots of a token.</param>
    /// <param name="numExperts">Experts.</param>
    /// <param name="offsets">numExperts + 1 elements.</param>
    /// <param name="pairs">[T * topK]: the pair of every grouped row.</param>
    /// <param name="rows">[T * topK]: the grouped row of every pair.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id lies outside of 0..numExperts-1.</exception>
    public static void Build(
        ReadOnlySpan<int> experts, int topK, int numExperts, Span<int> offsets, Span<int> pairs, Span<int> rows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(numExperts, 1);
        ShapeChecks.Length(experts.Length, experts.Length / topK * (long)topK, "tokens times topK", nameof(experts));
        ShapeChecks.Length(offsets.Length, numExperts + 1L, "numExperts + 1", nameof(offsets));
        ShapeChecks.Length(pairs.Length, experts.Length, "tokens times topK", nameof(pairs));
        ShapeChecks.Length(rows.Length, experts.Length, "tokens times topK", nameof(rows));
        offsets.Clear();
        for (int pair = 0; pair < experts.Length; pair++)
        {
            int expert = experts[pair];
            if ((uint)expert >= (uint)numExperts)
            {
                throw new ArgumentOutOfRangeException(nameof(experts), $"pair {pair} names expert {expert} of {numExperts}");
            }

            offsets[expert + 1]++;
        }

        for (int e = 0; e < numExperts; e++)
        {
            offsets[e + 1] += offsets[e];
        }

        // offsets[e] walks from the start of group e to its end, which is the start of the next one ...
        for (int pair = 0; pair < experts.Length; pair++)
        {
            int row = offsets[experts[pair]]++;
            pairs[row] = pair;
            rows[pair] = row;
        }

        // ... so one step to the right restores the starts.
        for (int e = numExperts; e > 0; e--)
        {
            offsets[e] = offsets[e - 1];
        }

        offsets[0] = 0;
    }

    /// <summary>grouped[i] = x[pairs[i] / topK]: every token's row once per expert that it chose.</summary>
    /// <param name="x">[T, N].</param>
    /// <param name="pairs">[T * topK] of <see cref="Build"/>.</param>
    /// <param name="topK">Slots of a token.</param>
    /// <param name="grouped">[T * topK, N]; must not overlap <paramref name="x"/>.</param>
    /// <param name="context">Threads.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void Gather(Tensor x, ReadOnlySpan<int> pairs, int topK, Tensor grouped, KernelContext context)
    {
        Check(x, topK, pairs.Length, grouped);
        fixed (int* p = pairs)
        {
            GatherJob job = new() { X = x, Pairs = p, TopK = topK, Grouped = grouped };
            LaneJobs.Run(context, RowUnits.Count(grouped.Rows, grouped.Cols), ref job);
        }
    }

    /// <summary>
    /// y[t] = fma(weights[t, s], grouped[rows[t, s]], y[t]) for slots s ascending: with ids ascending within a token, every
    /// token adds its experts in ascending order, whatever the batch.
    /// </summary>
    /// <param name="grouped">Experts' outputs [T * topK, N].</param>
    /// <param name="rows">[T * topK] of <see cref="Build"/>.</param>
    /// <param name="weights">[T * topK] of <see cref="Router"/>.</param>
    /// <param name="topK">Slots of a token.</param>
    /// <param name="y">[T, N], read and written; must not overlap <paramref name="grouped"/>.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void Combine(
        Tensor grouped, ReadOnlySpan<int> rows, ReadOnlySpan<float> weights, int topK, Tensor y, KernelContext context)
    {
        Check(y, topK, rows.Length, grouped);
        ShapeChecks.Length(weights.Length, rows.Length, "tokens times topK", nameof(weights));
        fixed (int* r = rows)
        fixed (float* w = weights)
        {
            CombineJob job = new() { Grouped = grouped, Rows = r, Weights = w, TopK = topK, Y = y };
            LaneJobs.Run(context, RowUnits.Count(y.Rows, y.Cols * topK), ref job);
        }
    }

    private static void Check(Tensor tokens, int topK, int pairs, Tensor grouped)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(topK, 1);
        ShapeChecks.Length(pairs, (long)tokens.Rows * topK, "tokens times topK", nameof(pairs));
        ShapeChecks.Length(grouped.Rows, pairs, "tokens times topK", nameof(grouped));
        ShapeChecks.Columns(grouped, tokens.Cols, "the columns of the tokens");
    }

    private struct GatherJob : ILaneJob<GatherJob>
    {
        public Tensor X;
        public int* Pairs;
        public int TopK;
        public Tensor Grouped;

        public static void Run<TLanes>(ref GatherJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int perUnit = RowUnits.RowsPerUnit(job.Grouped.Cols);
            int end = Math.Min(job.Grouped.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                job.X.Row(job.Pairs[row] / job.TopK).CopyTo(job.Grouped.Row(row));
            }
        }
    }

    private struct CombineJob : ILaneJob<CombineJob>
    {
        public Tensor Grouped;
        public int* Rows;

        // Null for ones.
        public float* Weights;
        public int TopK;
        public Tensor Y;

        public static void Run<TLanes>(ref CombineJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int perUnit = RowUnits.RowsPerUnit(job.Y.Cols * job.TopK);
            int end = Math.Min(job.Y.Rows, (unit + 1) * perUnit);
            for (int token = unit * perUnit; token < end; token++)
            {
                float* y = job.Y.Pointer + ((long)token * job.Y.Stride);
                for (int slot = 0; slot < job.TopK; slot++)
                {
                    long pair = ((long)token * job.TopK) + slot;
                    fixed (float* row = job.Grouped.Row(job.Rows[pair]))
                    {
                        AddScaled.Row<TLanes>(row, job.Weights is null ? 1f : job.Weights[pair], y, job.Y.Cols);
                    }
                }
            }
        }
    }
}
