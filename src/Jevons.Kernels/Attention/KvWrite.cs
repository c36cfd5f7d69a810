namespace Jevons.Kernels;

/// <summary>Writes the keys and values of a batch into the pages of a KV cache.</summary>
/// <remarks>
/// F16 and BF16 round to nearest, ties to even. Q8_0, per 32 dimensions of a head (or of a latent row) and position:
/// d = max |x| / 127 rounded to half, q = x / d rounded to nearest even and held to -127..127, all q = 0 where d is 0; a
/// group that holds a NaN gets d = NaN. Widening is exact, so what attention reads is q d. A position's bytes depend on
/// its own row alone. Chunks of one batch must not name the same position of a page twice. One caller at a time per
/// context; allocates nothing once the scratch has its size.
/// </remarks>
public static unsafe class KvWrite
{
    /// <summary>Multi-head layout: keys (rotated, where the model rotates) and values of all rows that the chunks name.</summary>
    /// <param name="pages">The layer's pages, multi-head layout.</param>
    /// <param name="k">[T, NumKvHeads * KeyDim].</param>
    /// <param name="v">[T, NumKvHeads * ValueDim].</param>
    /// <param name="chunks">The batch.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void Run(in KvPages pages, Tensor k, Tensor v, ReadOnlySpan<BatchChunk> chunks, KernelContext context)
    {
        KvLayerLayout layout = pages.Layout;
        if (layout.IsLatent)
        {
            throw new ArgumentException("the cache has latent rows, not keys and values per head", nameof(pages));
        }

        ShapeChecks.Columns(k, (long)layout.NumKvHeads * layout.KeyDim, "NumKvHeads * KeyDim");
        ShapeChecks.Columns(v, (long)layout.NumKvHeads * layout.ValueDim, "NumKvHeads * ValueDim");
        Start(pages, k, v, Math.Min(k.Rows, v.Rows), chunks, context);
    }

    /// <summary>Latent layout: the normalised latents and the rotated shared keys of all rows that the chunks name.</summary>
    /// <param name="pages">The layer's pages, latent layout.</param>
    /// <param name="latent">[T, LatentDim].</param>
    /// <param name="kPe">[T, RopeDim].</param>
    /// <param name="chunks">The batch.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void RunLatent(in KvPages pages, Tensor latent, Tensor kPe, ReadOnlySpan<BatchChunk> chunks, KernelContext context)
    {
        KvLayerLayout layout = pages.Layout;
        if (!layout.IsLatent)
        {
            throw new ArgumentException("the cache has keys and values per head, not latent rows", nameof(pages));
        }

        ShapeChecks.Columns(latent, layout.ValueDim, "LatentDim");
        ShapeChecks.Columns(kPe, layout.KeyDim - layout.ValueDim, "RopeDim");
        Start(pages, latent, kPe, Math.Min(latent.Rows, kPe.Rows), chunks, context);
    }

    private static void Start(in KvPages pages, Tensor first, Tensor second, int rows, ReadOnlySpan<BatchChunk> chunks, KernelContext context)
    {
        ShapeChecks.Chunks(chunks, rows);
        fixed (BatchChunk* pointer = chunks)
        {
            Job job = new()
            {
                Pages = pages,
                First = first,
                Second = second,
                Chunks = pointer,
                NumChunks = chunks.Length,
                Scratch = context.Scratch,
            };
            context.Scratch.Reserve(0, Job.RowBytes(pages.Layout));
            int units = 0;
            foreach (ref readonly BatchChunk chunk in chunks)
            {
                units = checked(units + job.UnitsOf(chunk));
            }

            LaneJobs.Run(context, units, ref job);
        }
    }

    // A unit is one KV head of up to 64 tokens of a chunk; single tokens of a chunk are one unit for all heads.
    private struct Job : ILaneJob<Job>
    {
        private const int Page = KvLayerLayout.PageLength;

        public KvPages Pages;
        public Tensor First;
        public Tensor Second;
        public BatchChunk* Chunks;
        public int NumChunks;
        public Scratch Scratch;

        public static long RowBytes(KvLayerLayout layout) => 8L * (Math.Max(layout.KeyDim, layout.ValueDim) + 64);

        public readonly int UnitsOf(in BatchChunk chunk) =>
            chunk.Count == 1 ? 1 : (chunk.Count + Page - 1) / Page * Pages.Layout.NumKvHeads;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int i = 0;
            while (unit >= job.UnitsOf(job.Chunks[i]))
            {
                unit -= job.UnitsOf(job.Chunks[i++]);
            }

            ref readonly BatchChunk chunk = ref job.Chunks[i];
            int heads = job.Pages.Layout.NumKvHeads;
            (int firstHead, int endHead) = chunk.Count == 1 ? (0, heads) : (unit % heads, (unit % heads) + 1);
            int firstToken = chunk.Count == 1 ? 0 : unit / heads * Page;
            int endToken = Math.Min(chunk.Count, firstToken + Page);
            byte* row = job.Scratch.GetOuter(worker, RowBytes(job.Pages.Layout));
            for (int token = firstToken; token < endToken; token++)
            {
                for (int head = firstHead; head < endHead; head++)
                {
                    job.Write<TLanes>(chunk, token, head, row);
                }
            }
        }

        private readonly void Write<TLanes>(in BatchChunk chunk, int token, int head, byte* row)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            KvLayerLayout layout = Pages.Layout;
            int position = chunk.FirstPosition + token;
            int slot = position % Page;
            byte* page = Pages.PageOf(chunk, position);
            long batchRow = chunk.FirstRow + token;
            float* first = First.Pointer + (batchRow * First.Stride);
            float* second = Second.Pointer + (batchRow * Second.Stride);
            if (layout.IsLatent)
            {
                float* joined = (float*)row;
                new ReadOnlySpan<float>(first, layout.ValueDim).CopyTo(new Span<float>(joined, layout.ValueDim));
                int ropeDim = layout.KeyDim - layout.ValueDim;
                new ReadOnlySpan<float>(second, ropeDim).CopyTo(new Span<float>(joined + layout.ValueDim, ropeDim));
                Row<TLanes>(layout.Type, joined, layout.KeyDim, layout.KeyStride, slot, page);
                return;
            }

            byte* keys = page + (head * layout.KeyHeadBytes);
            byte* values = page + (layout.NumKvHeads * layout.KeyHeadBytes) + (head * layout.ValueHeadBytes);
            Column<TLanes>(layout.Type, first + ((long)head * layout.KeyDim), layout.KeyDim, slot, keys, row);
            Row<TLanes>(layout.Type, second + ((long)head * layout.ValueDim), layout.ValueDim, layout.ValueStride, slot, values);
        }

        // One position's row of a part [64, stride].
        private static void Row<TLanes>(KvType type, float* x, int dim, int stride, int slot, byte* part)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            switch (type)
            {
                case KvType.F32:
                    new ReadOnlySpan<float>(x, dim).CopyTo(new Span<float>((float*)part + ((long)slot * stride), dim));
                    break;
                case KvType.Q8_0:
                    int blocks = KvLayerLayout.ScaleBlocks(dim);
                    Half* scales = (Half*)(part + KvLayerLayout.ScaleOffset(stride)) + ((long)slot * blocks);
                    KvQuantize.Row(x, dim, (sbyte*)part + ((long)slot * stride), 1, scales, 1);
                    break;
                default:
                    Narrow<TLanes>(type, x, dim, (ushort*)part + ((long)slot * stride));
                    break;
            }
        }

        // One position's column of a part [dim, 64].
        private static void Column<TLanes>(KvType type, float* x, int dim, int slot, byte* part, byte* row)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            switch (type)
            {
                case KvType.F32:
                    float* column = (float*)part + slot;
                    for (int d = 0; d < dim; d++)
                    {
                        column[(long)d * Page] = x[d];
                    }

                    break;
                case KvType.Q8_0:
                    KvQuantize.Row(x, dim, (sbyte*)part + slot, Page, (Half*)(part + KvLayerLayout.ScaleOffset(dim)) + slot, Page);
                    break;
                default:
                    ushort* narrow = (ushort*)row;
                    Narrow<TLanes>(type, x, dim, narrow);
                    ushort* narrowColumn = (ushort*)part + slot;
                    for (int d = 0; d < dim; d++)
                    {
                        narrowColumn[(long)d * Page] = narrow[d];
                    }

                    break;
            }
        }

        private static void Narrow<TLanes>(KvType type, float* x, int dim, ushort* destination)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int d = 0;
            for (; d <= dim - 16; d += 16)
            {
                TLanes.StoreUInt16Bits(destination + d, Narrow(type, TLanes.Load(x + d)));
            }

            if (d < dim)
            {
                ushort* tail = stackalloc ushort[16];
                TLanes.StoreUInt16Bits(tail, Narrow(type, LaneTail.Load<TLanes>(x + d, dim - d, 0)));
                new ReadOnlySpan<ushort>(tail, dim - d).CopyTo(new Span<ushort>(destination + d, dim - d));
            }
        }

        private static TLanes Narrow<TLanes>(KvType type, TLanes value)
            where TLanes : unmanaged, ILanes<TLanes> =>
            type == KvType.F16 ? LaneMath.SingleToHalf(value) : LaneMath.SingleToBFloat16(value);
    }
}
