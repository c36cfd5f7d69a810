namespace Jevons.Kernels;

/// <content>The way back.</content>
public static unsafe partial class ExpertPlan
{
    /// <summary>
    /// The way back of <see cref="Combine"/>: dgrouped[rows[p]] = weights[p] dy[p / topK] and
    /// dweights[p] = sum over n of dy[p / topK, n] grouped[rows[p], n], in sixteen lanes and the fixed tree.
    /// </summary>
    /// <param name="grouped">Experts' outputs [T * topK, N].</param>
    /// <param name="rows">[T * topK] of <see cref="Build"/>.</param>
    /// <param name="weights">[T * topK] of the forward pass.</param>
    /// <param name="topK">Slots of a token.</param>
    /// <param name="dy">[T, N].</param>
    /// <param name="dgrouped">[T * topK, N], written.</param>
    /// <param name="dweights">[T * topK], written.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void CombineBackward(
        Tensor grouped,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<float> weights,
        int topK,
        Tensor dy,
        Tensor dgrouped,
        Span<float> dweights,
        KernelContext context)
    {
        Check(dy, topK, rows.Length, grouped);
        ShapeChecks.Same(grouped, dgrouped);
        ShapeChecks.Length(weights.Length, rows.Length, "tokens times topK", nameof(weights));
        ShapeChecks.Length(dweights.Length, rows.Length, "tokens times topK", nameof(dweights));
        fixed (int* r = rows)
        fixed (float* w = weights)
        fixed (float* dw = dweights)
        {
            CombineBackwardJob job = new() { Grouped = grouped, Rows = r, Weights = w, TopK = topK, Dy = dy, DGrouped = dgrouped, DWeights = dw };
            LaneJobs.Run(context, RowUnits.Count(dy.Rows, dy.Cols * topK), ref job);
        }
    }

    /// <summary>The way back of <see cref="Gather"/>: dx[t] += sum over the slots s, ascending, of dgrouped[rows[t, s]].</summary>
    /// <param name="dgrouped">[T * topK, N].</param>
    /// <param name="rows">[T * topK] of <see cref="Build"/>.</param>
    /// <param name="topK">Slots of a token.</param>
    /// <param name="dx">[T, N], added to.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void GatherBackward(Tensor dgrouped, ReadOnlySpan<int> rows, int topK, Tensor dx, KernelContext context)
    {
        Check(dx, topK, rows.Length, dgrouped);
        fixed (int* r = rows)
        {
            CombineJob job = new() { Grouped = dgrouped, Rows = r, Weights = null, TopK = topK, Y = dx };
            LaneJobs.Run(context, RowUnits.Count(dx.Rows, dx.Cols * topK), ref job);
        }
    }

    private struct CombineBackwardJob : ILaneJob<CombineBackwardJob>
    {
        public Tensor Grouped;
        public int* Rows;
        public float* Weights;
        public int TopK;
        public Tensor Dy;
        public Tensor DGrouped;
        public float* DWeights;

        public static void Run<TLanes>(ref CombineBackwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int cols = job.Dy.Cols;
            int perUnit = RowUnits.RowsPerUnit(cols * job.TopK);
            int end = Math.Min(job.Dy.Rows, (unit + 1) * perUnit);
            for (int token = unit * perUnit; token < end; token++)
            {
                float* dy = job.Dy.Pointer + ((long)token * job.Dy.Stride);
                for (int slot = 0; slot < job.TopK; slot++)
                {
                    long pair = ((long)token * job.TopK) + slot;
                    long row = job.Rows[pair];
                    job.DWeights[pair] = Pair<TLanes>(
                        dy, job.Grouped.Pointer + (row * job.Grouped.Stride), job.Weights[pair], job.DGrouped.Pointer + (row * job.DGrouped.Stride), cols);
                }
            }
        }

        private static float Pair<TLanes>(float* dy, float* grouped, float weight, float* dgrouped, int cols)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes factor = TLanes.Create(weight);
            TLanes sum = TLanes.Zero;
            int i = 0;
            for (; i <= cols - 16; i += 16)
            {
                TLanes d = TLanes.Load(dy + i);
                sum = TLanes.FusedMultiplyAdd(d, TLanes.Load(grouped + i), sum);
                TLanes.Store(dgrouped + i, factor * d);
            }

            if (i < cols)
            {
                TLanes d = LaneTail.Load<TLanes>(dy + i, cols - i, 0);
                sum = TLanes.FusedMultiplyAdd(d, LaneTail.Load<TLanes>(grouped + i, cols - i, 0), sum);
                LaneTail.Store(dgrouped + i, cols - i, factor * d);
            }

            return TLanes.Sum(sum);
        }
    }
}
