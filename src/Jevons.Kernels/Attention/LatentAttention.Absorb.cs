namespace Jevons.Kernels;

/// <content>The products with W_uk and W_uv around the absorbed form.</content>
public static unsafe partial class LatentAttention
{
    /// <summary>q' = W_uk^T q for every head: the query that scores latents directly.</summary>
    /// <remarks>A key matrix stored as [NopeDim, LatentDim] is read in f32, a transposed one as its type multiplies.</remarks>
    /// <param name="weights">The up-projections and sizes.</param>
    /// <param name="qNope">Query parts without rotation: head h at columns h * headStride ... of T rows.</param>
    /// <param name="headStride">Elements from one head to the next, at least NopeDim.</param>
    /// <param name="qLatent">q' [T, NumHeads * LatentDim]; must not overlap <paramref name="qNope"/>.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void AbsorbQuery(MlaWeights weights, Tensor qNope, int headStride, Tensor qLatent, KernelContext context)
    {
        LatentAttentionShape shape = weights.Shape;
        CheckHeads(qNope, headStride, shape.NumHeads, shape.NopeDim, nameof(qNope));
        ShapeChecks.Columns(qLatent, (long)shape.NumHeads * shape.LatentDim, "NumHeads * LatentDim");
        ShapeChecks.Length(qLatent.Rows, qNope.Rows, "the rows of qNope", nameof(qLatent));
        ProductJob job = new()
        {
            Weights = weights,
            X = qNope,
            HeadStride = headStride,
            Y = qLatent,
            Absorb = true,
            Scratch = context.Scratch,
        };
        job.Run(context);
    }

    /// <summary>o = W_uv o_c for every head.</summary>
    /// <param name="weights">The up-projections and sizes.</param>
    /// <param name="oLatent">o_c [T, NumHeads * LatentDim].</param>
    /// <param name="output">[T, NumHeads * ValueDim]; must not overlap <paramref name="oLatent"/>.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void ExpandOutput(MlaWeights weights, Tensor oLatent, Tensor output, KernelContext context)
    {
        LatentAttentionShape shape = weights.Shape;
        ShapeChecks.Columns(oLatent, (long)shape.NumHeads * shape.LatentDim, "NumHeads * LatentDim");
        ShapeChecks.Columns(output, (long)shape.NumHeads * shape.ValueDim, "NumHeads * ValueDim");
        ShapeChecks.Length(output.Rows, oLatent.Rows, "the rows of oLatent", nameof(output));
        ProductJob job = new()
        {
            Weights = weights,
            X = oLatent,
            HeadStride = shape.LatentDim,
            Y = output,
            Scratch = context.Scratch,
        };
        job.Run(context);
    }

    // One product per head and block of tokens.
    private struct ProductJob : ILaneJob<ProductJob>
    {
        // Bounds the int8 rows of a unit.
        private const int TokensPerUnit = 64;

        public MlaWeights Weights;
        public Tensor X;
        public int HeadStride;
        public Tensor Y;
        public bool Absorb;
        public Scratch Scratch;

        private readonly int InputDim => Absorb ? Weights.Shape.NopeDim : Weights.Shape.LatentDim;

        private readonly int OutputDim => Absorb ? Weights.Shape.LatentDim : Weights.Shape.ValueDim;

        public void Run(KernelContext context)
        {
            int blocks = (X.Rows + TokensPerUnit - 1) / TokensPerUnit;
            context.Scratch.Reserve(0, Math.Min(TokensPerUnit, X.Rows) * QuantizedRow.Bytes(InputDim));
            LaneJobs.Run(context, blocks * Weights.Shape.NumHeads, ref this);
        }

        public static void Run<TLanes>(ref ProductJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int head = unit % job.Weights.Shape.NumHeads;
            int first = unit / job.Weights.Shape.NumHeads * TokensPerUnit;
            int count = Math.Min(TokensPerUnit, job.X.Rows - first);
            Tensor x = job.X.RowRange(first, count).Columns(head * job.HeadStride, job.InputDim);
            Tensor y = job.Y.RowRange(first, count).Columns(head * job.OutputDim, job.OutputDim);
            WeightMatrix matrix = job.Absorb ? job.Weights.KeyUp(head) : job.Weights.ValueUp(head);
            if (job.Absorb && !job.Weights.KeyUpTransposed)
            {
                matrix.MultiplyTransposed(x, y, 0, job.OutputDim, job.Scratch, worker);
                return;
            }

            byte* quantized = null;
            if (matrix.UsesQuantizedActivations)
            {
                long bytes = QuantizedRow.Bytes(job.InputDim);
                quantized = job.Scratch.GetOuter(worker, count * bytes);
                for (int t = 0; t < count; t++)
                {
                    QuantizedRow.Quantize(x.Pointer + ((long)t * x.Stride), job.InputDim, quantized + (t * bytes));
                }
            }

            matrix.Multiply(new ActivationRows(x, quantized), y, 0, job.OutputDim, job.Scratch, worker);
        }
    }
}
