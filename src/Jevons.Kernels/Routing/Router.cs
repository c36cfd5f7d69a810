namespace Jevons.Kernels;

/// <summary>
/// Chooses the experts of every token (DeepSeek-V2, arXiv 2405.04434, section 2.2; DeepSeek-V3, arXiv 2412.19437, section
/// 2.1.2).
/// </summary>
/// <remarks>
/// Scores are softmax or sigmoid of the logits, in f32. The choice is made on score + bias where there is a bias: with
/// fewer groups allowed than there are, a group's score is the sum of its two largest such values (of its largest where
/// there is no bias) and only experts of the best groups compete; then the TopK largest. Ties go to the lower id, of
/// groups and of experts. The weight of a chosen expert is its score without the bias, divided by the sum of the chosen
/// scores (ascending ids) + 1e-20 when they are normalised, times the scaling factor. A NaN counts below every number in
/// the choice, so the ids are always valid and distinct; its weight is NaN. The same bits on every instruction set, for
/// every batch. Thread-safe; allocates nothing.
/// </remarks>
public static unsafe partial class Router
{
    private const int MaxExperts = 4096;

    /// <summary>Routes every token.</summary>
    /// <param name="logits">Gate logits [T, E].</param>
    /// <param name="bias">Correction bias, E elements, or empty for none.</param>
    /// <param name="shape">Sizes and rules.</param>
    /// <param name="experts">[T * TopK]: the chosen ids, ascending within a token.</param>
    /// <param name="weights">[T * TopK]: their weights.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void Run(
        Tensor logits, ReadOnlySpan<float> bias, in RouterShape shape, Span<int> experts, Span<float> weights, KernelContext context)
    {
        Check(shape);
        ShapeChecks.Columns(logits, shape.NumExperts, "the experts");
        ShapeChecks.Length(bias.Length, bias.IsEmpty ? 0 : shape.NumExperts, "the experts", nameof(bias));
        ShapeChecks.Length(experts.Length, (long)logits.Rows * shape.TopK, "tokens times TopK", nameof(experts));
        ShapeChecks.Length(weights.Length, (long)logits.Rows * shape.TopK, "tokens times TopK", nameof(weights));
        fixed (float* b = bias)
        fixed (int* e = experts)
        fixed (float* w = weights)
        {
            Job job = new() { Logits = logits, Bias = b, Shape = shape, Experts = e, Weights = w, Scratch = context.Scratch };
            context.Scratch.Reserve(0, Job.ScratchBytes(shape));
            LaneJobs.Run(context, (logits.Rows + Job.TokensPerUnit - 1) / Job.TokensPerUnit, ref job);
        }
    }

    private static void Check(in RouterShape shape)
    {
        bool groups = shape.NumGroups >= 1 && shape.NumExperts % Math.Max(1, shape.NumGroups) == 0
            && shape.TopKGroups >= 1 && shape.TopKGroups <= shape.NumGroups;
        if (shape.NumExperts < 1 || shape.NumExperts > MaxExperts || !groups || shape.TopK < 1
            || shape.TopK > shape.NumExperts / shape.NumGroups * shape.TopKGroups)
        {
            throw new ArgumentException($"{shape} is not a gate: groups must divide the experts and offer at least TopK of them", nameof(shape));
        }
    }

    private struct Job : ILaneJob<Job>
    {
        public const int TokensPerUnit = 16;

        public Tensor Logits;
        public float* Bias;
        public RouterShape Shape;
        public int* Experts;
        public float* Weights;
        public Scratch Scratch;

        // Scores and choice keys of the experts and keys of the groups.
        public static long ScratchBytes(in RouterShape shape) => 4L * ((2 * Padded(shape.NumExperts)) + Padded(shape.NumGroups));

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* scores = (float*)job.Scratch.GetOuter(worker, ScratchBytes(job.Shape));
            float* keys = scores + Padded(job.Shape.NumExperts);
            float* groupKeys = keys + Padded(job.Shape.NumExperts);
            int end = Math.Min(job.Logits.Rows, (unit + 1) * TokensPerUnit);
            for (int token = unit * TokensPerUnit; token < end; token++)
            {
                float* logits = job.Logits.Pointer + ((long)token * job.Logits.Stride);
                job.Score<TLanes>(logits, scores);
                job.Keys(scores, keys);
                if (job.Shape.TopKGroups < job.Shape.NumGroups)
                {
                    job.LimitGroups(keys, groupKeys);
                }

                long first = (long)token * job.Shape.TopK;
                job.Choose(scores, keys, job.Experts + first, job.Weights + first);
            }
        }

        public static int Padded(int count) => (count + 15) / 16 * 16;

        public readonly void Score<TLanes>(float* logits, float* scores)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int count = Shape.NumExperts;
            TLanes shift = TLanes.Zero;
            TLanes sum = TLanes.Create(1f);
            if (Shape.Scoring == RouterScoring.Softmax)
            {
                float largest = SoftmaxSums.Maximum<TLanes>(logits, count);
                shift = TLanes.Create(largest);
                sum = TLanes.Create((float)SoftmaxSums.ExpSum<TLanes>(logits, count, largest));
            }

            for (int e = 0; e < count; e += 16)
            {
                TLanes x = e <= count - 16 ? TLanes.Load(logits + e) : LaneTail.Load<TLanes>(logits + e, count - e, 0);
                TLanes.Store(scores + e, Shape.Scoring == RouterScoring.Softmax ? LaneMath.Exp(x - shift) / sum : LaneMath.Sigmoid(x));
            }
        }

        // What the choice compares. NaN becomes -infinity; -infinity itself becomes the lowest finite value, because
        // -infinity marks what may not be chosen any more only after this.
        private readonly void Keys(float* scores, float* keys)
        {
            for (int e = 0; e < Shape.NumExperts; e++)
            {
                float key = Bias is null ? scores[e] : scores[e] + Bias[e];
                keys[e] = key >= float.MinValue ? key : float.MinValue;
            }
        }

        // Experts outside of the best groups get -infinity.
        private readonly void LimitGroups(float* keys, float* groupKeys)
        {
            int size = Shape.NumExperts / Shape.NumGroups;
            for (int g = 0; g < Shape.NumGroups; g++)
            {
                float largest = float.NegativeInfinity;
                float second = float.NegativeInfinity;
                for (int e = g * size; e < (g + 1) * size; e++)
                {
                    if (keys[e] > largest)
                    {
                        second = largest;
                        largest = keys[e];
                    }
                    else if (keys[e] > second)
                    {
                        second = keys[e];
                    }
                }

                float key = Bias is null || size == 1 ? largest : largest + second;
                groupKeys[g] = key >= float.MinValue ? key : float.MinValue;
            }

            for (int kept = 0; kept < Shape.TopKGroups; kept++)
            {
                groupKeys[Largest(groupKeys, Shape.NumGroups)] = float.NegativeInfinity;
            }

            for (int e = 0; e < Shape.NumExperts; e++)
            {
                if (!float.IsNegativeInfinity(groupKeys[e / size]))
                {
                    keys[e] = float.NegativeInfinity;
                }
            }
        }

        private readonly void Choose(float* scores, float* keys, int* experts, float* weights)
        {
            for (int k = 0; k < Shape.TopK; k++)
            {
                int best = Largest(keys, Shape.NumExperts);
                keys[best] = float.NegativeInfinity;

                // Insertion keeps the ids ascending.
                int slot = k;
                for (; slot > 0 && experts[slot - 1] > best; slot--)
                {
                    experts[slot] = experts[slot - 1];
                }

                experts[slot] = best;
            }

            float sum = 0;
            for (int k = 0; k < Shape.TopK; k++)
            {
                sum += scores[experts[k]];
            }

            for (int k = 0; k < Shape.TopK; k++)
            {
                float weight = scores[experts[k]];
                weights[k] = (Shape.NormTopKProb ? weight / (sum + 1e-20f) : weight) * Shape.RoutedScalingFactor;
            }
        }

        // The lowest index of the largest; at least one is above -infinity.
        private static int Largest(float* keys, int count)
        {
            int best = 0;
            for (int i = 1; i < count; i++)
            {
                if (keys[i] > keys[best])
                {
                    best = i;
                }
            }

            return best;
        }
    }
}
