namespace Jevons.Kernels;

/// <summary>
/// Log-probabilities of given tokens under rows of logits, and the way back: what every loss over a language model's output
/// is made of. Rows come in pieces of the batch, so that logits of all rows and the whole vocabulary never exist at once.
/// </summary>
/// <remarks>
/// log p = (float)(z_label - ln sum_j e^z_j), the sum as <see cref="LogSoftmax.LogSumExp"/> takes it: the bits that a sampler
/// reports. The same bits on every instruction set and for any pieces. Thread-safe; allocates nothing.
/// </remarks>
public static unsafe class TokenLogProbs
{
    /// <summary>log p of one label a row, the logarithm of the sum and, if asked for, the row's entropy.</summary>
    /// <param name="logits">z [R, V].</param>
    /// <param name="labels">R ids in 0..V-1.</param>
    /// <param name="logProbs">R elements: log p(label).</param>
    /// <param name="logSums">R elements: ln sum_j e^z_j, for <see cref="Backward"/>.</param>
    /// <param name="entropies">R elements: -sum_j p_j ln p_j in nats; or empty.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a label lies outside of the vocabulary.</exception>
    public static void Run(
        Tensor logits, ReadOnlySpan<int> labels, Span<float> logProbs, Span<double> logSums, Span<float> entropies, KernelContext context)
    {
        CheckLabels(logits, labels);
        ShapeChecks.Length(logProbs.Length, logits.Rows, "the rows of logits", nameof(logProbs));
        ShapeChecks.Length(logSums.Length, logits.Rows, "the rows of logits", nameof(logSums));
        ShapeChecks.Length(entropies.Length, entropies.IsEmpty ? 0 : logits.Rows, "the rows of logits", nameof(entropies));
        ForwardJob job = new() { Logits = logits, Labels = labels, LogProbs = logProbs, LogSums = logSums, Entropies = entropies };
        LaneJobs.Run(context, RowUnits.Count(logits.Rows, logits.Cols), ref job);
    }

    /// <summary>
    /// In place of the logits, their gradient: z_i becomes g (1[i = label] - p_i), p_i = e^(z_i - ln sum), where g is the loss's
    /// derivative by the row's log p; plus, where entropies count, -h p_i (ln p_i + H).
    /// </summary>
    /// <param name="logits">z [R, V], overwritten.</param>
    /// <param name="labels">R ids.</param>
    /// <param name="logSums">R elements of <see cref="Run"/>.</param>
    /// <param name="gradients">R elements: g.</param>
    /// <param name="entropies">R elements of <see cref="Run"/>; or empty where the loss has no entropy term.</param>
    /// <param name="entropyGradients">R elements: h, the loss's derivative by the row's entropy; or empty.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a label lies outside of the vocabulary.</exception>
    public static void Backward(
        Tensor logits,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<double> logSums,
        ReadOnlySpan<float> gradients,
        ReadOnlySpan<float> entropies,
        ReadOnlySpan<float> entropyGradients,
        KernelContext context)
    {
        CheckLabels(logits, labels);
        ShapeChecks.Length(logSums.Length, logits.Rows, "the rows of logits", nameof(logSums));
        ShapeChecks.Length(gradients.Length, logits.Rows, "the rows of logits", nameof(gradients));
        ShapeChecks.Length(entropyGradients.Length, entropies.Length, "the entropies", nameof(entropyGradients));
        BackwardJob job = new()
        {
            Logits = logits, Labels = labels, LogSums = logSums, Gradients = gradients, Entropies = entropies, EntropyGradients = entropyGradients,
        };
        LaneJobs.Run(context, RowUnits.Count(logits.Rows, logits.Cols), ref job);
    }

    private static void CheckLabels(Tensor logits, ReadOnlySpan<int> labels)
    {
        ShapeChecks.Length(labels.Length, logits.Rows, "the rows of logits", nameof(labels));
        foreach (int label in labels)
        {
            if ((uint)label >= (uint)logits.Cols)
            {
                throw new ArgumentException($"label {label} lies outside of a vocabulary of {logits.Cols}", nameof(labels));
            }
        }
    }

    private ref struct ForwardJob : ILaneJob<ForwardJob>
    {
        public Tensor Logits;
        public ReadOnlySpan<int> Labels;
        public Span<float> LogProbs;
        public Span<double> LogSums;
        public Span<float> Entropies;

        public static void Run<TLanes>(ref ForwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int cols = job.Logits.Cols;
            int perUnit = RowUnits.RowsPerUnit(cols);
            int end = Math.Min(job.Logits.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* z = job.Logits.Pointer + ((long)row * job.Logits.Stride);
                double logSum = LogSoftmax.LogSumExp<TLanes>(z, cols);
                job.LogSums[row] = logSum;
                job.LogProbs[row] = (float)(z[job.Labels[row]] - logSum);
                if (!job.Entropies.IsEmpty)
                {
                    job.Entropies[row] = Entropy<TLanes>(z, cols, (float)logSum);
                }
            }
        }

        // -sum p ln p; runs of 1024 elements in sixteen lanes, the runs in double, ascending.
        private static float Entropy<TLanes>(float* z, int cols, float logSum)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes shift = TLanes.Create(logSum);
            double total = 0;
            for (int first = 0; first < cols; first += 1024)
            {
                TLanes sum = TLanes.Zero;
                int end = Math.Min(cols, first + 1024);
                int i = first;
                for (; i <= end - 16; i += 16)
                {
                    TLanes d = TLanes.Load(z + i) - shift;
                    sum = TLanes.FusedMultiplyAdd(LaneMath.Exp(d), d, sum);
                }

                if (i < end)
                {
                    // e^-100 times -100 is below every float that the sum can notice.
                    TLanes d = LaneTail.Load<TLanes>(z + i, end - i, logSum - 100f) - shift;
                    sum = TLanes.FusedMultiplyAdd(LaneMath.Exp(d), d, sum);
                }

                total += TLanes.Sum(sum);
            }

            return (float)-total;
        }
    }

    private ref struct BackwardJob : ILaneJob<BackwardJob>
    {
        public Tensor Logits;
        public ReadOnlySpan<int> Labels;
        public ReadOnlySpan<double> LogSums;
        public ReadOnlySpan<float> Gradients;
        public ReadOnlySpan<float> Entropies;
        public ReadOnlySpan<float> EntropyGradients;

        public static void Run<TLanes>(ref BackwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int cols = job.Logits.Cols;
            int perUnit = RowUnits.RowsPerUnit(cols);
            int end = Math.Min(job.Logits.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* z = job.Logits.Pointer + ((long)row * job.Logits.Stride);
                bool hasEntropy = !job.Entropies.IsEmpty && job.EntropyGradients[row] != 0;
                Row<TLanes>(
                    z, cols, job.LogSums[row], job.Gradients[row],
                    hasEntropy ? job.EntropyGradients[row] : 0, hasEntropy ? job.Entropies[row] : 0);
                z[job.Labels[row]] += job.Gradients[row];
            }
        }

        // z = -p (g + h (ln p + H)); ln p = (z - shift) - rest, where shift + rest is the logarithm of the sum as two floats.
        private static void Row<TLanes>(float* z, int cols, double logSum, float gradient, float entropyGradient, float entropy)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes shift = TLanes.Create((float)logSum);
            TLanes rest = TLanes.Create((float)(logSum - (float)logSum));
            TLanes g = TLanes.Create(-gradient);
            TLanes h = TLanes.Create(-entropyGradient);
            TLanes mean = TLanes.Create(entropy);
            int i = 0;
            for (; i <= cols - 16; i += 16)
            {
                TLanes d = TLanes.Load(z + i) - shift - rest;
                TLanes.Store(z + i, LaneMath.Exp(d) * TLanes.FusedMultiplyAdd(h, d + mean, g));
            }

            if (i < cols)
            {
                TLanes d = LaneTail.Load<TLanes>(z + i, cols - i, 0) - shift - rest;
                LaneTail.Store(z + i, cols - i, LaneMath.Exp(d) * TLanes.FusedMultiplyAdd(h, d + mean, g));
            }
        }
    }
}
