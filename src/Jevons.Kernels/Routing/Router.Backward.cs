namespace Jevons.Kernels;

/// <content>The way back.</content>
public static unsafe partial class Router
{
    /// <summary>
    /// From the gradients of the chosen experts' weights to those of the gate's logits; the choice itself has none. With
    /// scores s, factor c and S = sum of the chosen s + 1e-20: a normalised weight c s_k / S gives
    /// ds_k = c / S (dw_k - sum_j dw_j s_j / S), another one ds_k = c dw_k. Then dz = ds s (1 - s) for the logistic function,
    /// dz_e = s_e (ds_e - sum_j ds_j s_j) for softmax.
    /// </summary>
    /// <param name="logits">Gate logits [T, E] of the forward pass.</param>
    /// <param name="experts">[T * TopK]: the chosen ids.</param>
    /// <param name="dweights">[T * TopK]: gradients of their weights.</param>
    /// <param name="dscores">
    /// [T, E]: further gradients of the scores themselves (a balance loss), or no rows for none.
    /// </param>
    /// <param name="shape">Sizes and rules.</param>
    /// <param name="dlogits">[T, E], added to.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void Backward(
        Tensor logits, ReadOnlySpan<int> experts, ReadOnlySpan<float> dweights, Tensor dscores, in RouterShape shape, Tensor dlogits, KernelContext context)
    {
        Check(shape);
        ShapeChecks.Columns(logits, shape.NumExperts, "the experts");
        ShapeChecks.Same(logits, dlogits);
        ShapeChecks.Length(experts.Length, (long)logits.Rows * shape.TopK, "tokens times TopK", nameof(experts));
        ShapeChecks.Length(dweights.Length, experts.Length, "tokens times TopK", nameof(dweights));
        if (dscores.Rows > 0)
        {
            ShapeChecks.Same(logits, dscores);
        }

        fixed (int* e = experts)
        fixed (float* w = dweights)
        {
            BackwardJob job = new()
            {
                Forward = new Job { Shape = shape },
                Logits = logits,
                Experts = e,
                DWeights = w,
                DScores = dscores,
                DLogits = dlogits,
                Scratch = context.Scratch,
            };
            context.Scratch.Reserve(0, BackwardJob.ScratchBytes(shape));
            LaneJobs.Run(context, (logits.Rows + Job.TokensPerUnit - 1) / Job.TokensPerUnit, ref job);
        }
    }

    private struct BackwardJob : ILaneJob<BackwardJob>
    {
        public Job Forward;
        public Tensor Logits;
        public int* Experts;
        public float* DWeights;
        public Tensor DScores;
        public Tensor DLogits;
        public Scratch Scratch;

        // Scores and their gradients.
        public static long ScratchBytes(in RouterShape shape) => 8L * Job.Padded(shape.NumExperts);

        public static void Run<TLanes>(ref BackwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            RouterShape shape = job.Forward.Shape;
            float* scores = (float*)job.Scratch.GetOuter(worker, ScratchBytes(shape));
            float* gradients = scores + Job.Padded(shape.NumExperts);
            int end = Math.Min(job.Logits.Rows, (unit + 1) * Job.TokensPerUnit);
            for (int token = unit * Job.TokensPerUnit; token < end; token++)
            {
                job.Forward.Score<TLanes>(job.Logits.Pointer + ((long)token * job.Logits.Stride), scores);
                for (int e = 0; e < shape.NumExperts; e++)
                {
                    gradients[e] = job.DScores.Rows > 0 ? job.DScores.Pointer[((long)token * job.DScores.Stride) + e] : 0;
                }

                job.AddChosen(scores, gradients, (long)token * shape.TopK);
                AddLogits(shape, scores, gradients, job.DLogits.Pointer + ((long)token * job.DLogits.Stride));
            }
        }

        private readonly void AddChosen(float* scores, float* gradients, long first)
        {
            RouterShape shape = Forward.Shape;
            float sum = 0;
            float weighted = 0;
            for (int k = 0; k < shape.TopK; k++)
            {
                sum += scores[Experts[first + k]];
                weighted += DWeights[first + k] * scores[Experts[first + k]];
            }

            sum += 1e-20f;
            for (int k = 0; k < shape.TopK; k++)
            {
                float dw = DWeights[first + k];
                gradients[Experts[first + k]] += shape.RoutedScalingFactor * (shape.NormTopKProb ? (dw - (weighted / sum)) / sum : dw);
            }
        }

        private static void AddLogits(in RouterShape shape, float* scores, float* gradients, float* dlogits)
        {
            float sum = 0;
            for (int e = 0; e < shape.NumExperts; e++)
            {
                sum += gradients[e] * scores[e];
            }

            for (int e = 0; e < shape.NumExperts; e++)
            {
                float s = scores[e];
                dlogits[e] += shape.Scoring == RouterScoring.Softmax ? s * (gradients[e] - sum) : gradients[e] * s * (1 - s);
            }
        }
    }
}
