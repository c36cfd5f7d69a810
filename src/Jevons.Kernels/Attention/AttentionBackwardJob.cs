namespace Jevons.Kernels;

/// <summary>
/// <see cref="Attention.Backward"/>: one unit is a sequence of n positions and a KV head. Rows of 64 queries at a time meet
/// all keys up to the last of them. Buffers are padded to sixteen columns and four rows, the padding zero.
/// </summary>
internal unsafe ref struct AttentionBackwardJob : ILaneJob<AttentionBackwardJob>
{
    private const int BlockRows = 64;

    public Tensor Q;
    public Tensor K;
    public Tensor V;
    public Tensor Output;
    public Tensor DOutput;
    public Tensor Dq;
    public Tensor Dk;
    public Tensor Dv;
    public AttentionShape Shape;
    public ReadOnlySpan<BatchChunk> Chunks;
    public Scratch Scratch;

    public readonly long ScratchBytes(int length) => sizeof(float) * new Layout(Shape, length).Floats;

    public static void Run<TLanes>(ref AttentionBackwardJob job, int unit, int worker)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        AttentionShape shape = job.Shape;
        BatchChunk chunk = job.Chunks[unit / shape.NumKvHeads];
        int kvHead = unit % shape.NumKvHeads;
        Layout at = new(shape, chunk.Count);
        float* memory = (float*)job.Scratch.GetOuter(worker, sizeof(float) * at.Floats);
        Zero(memory, at.Floats);
        job.LoadKeysAndValues(chunk, kvHead, memory, at);

        int group = shape.NumHeads / shape.NumKvHeads;
        for (int head = kvHead * group; head < (kvHead + 1) * group; head++)
        {
            for (int first = 0; first < chunk.Count; first += BlockRows)
            {
                job.Block<TLanes>(chunk, head, first, Math.Min(BlockRows, chunk.Count - first), memory, at);
            }
        }

        AddRows(job.Dk, chunk.FirstRow, kvHead * shape.KeyDim, memory + at.DKeys, chunk.Count, shape.KeyDim, at.KeyStride);
        AddRows(job.Dv, chunk.FirstRow, kvHead * shape.ValueDim, memory + at.DValues, chunk.Count, shape.ValueDim, at.ValueStride);
    }

    private readonly void LoadKeysAndValues(BatchChunk chunk, int kvHead, float* memory, in Layout at)
    {
        for (int row = 0; row < chunk.Count; row++)
        {
            float* k = K.Pointer + ((long)(chunk.FirstRow + row) * K.Stride) + (kvHead * Shape.KeyDim);
            for (int d = 0; d < Shape.KeyDim; d++)
            {
                memory[at.Keys + ((long)row * at.KeyStride) + d] = k[d];
                memory[at.KeysTurned + ((long)d * at.Length) + row] = k[d];
            }

            float* v = V.Pointer + ((long)(chunk.FirstRow + row) * V.Stride) + (kvHead * Shape.ValueDim);
            for (int d = 0; d < Shape.ValueDim; d++)
            {
                memory[at.ValuesTurned + ((long)d * at.Length) + row] = v[d];
            }
        }
    }

    private readonly void Block<TLanes>(BatchChunk chunk, int head, int first, int rows, float* memory, in Layout at)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int end = first + rows;
        int cols = (end + 15) / 16 * 16;
        int firstRow = chunk.FirstRow + first;
        float* q = memory + at.Queries;
        float* dout = memory + at.DOutputs;
        float* p = memory + at.Weights;
        float* ds = memory + at.DScores;
        float* turned = memory + at.Turned;
        float* dq = memory + at.DQueries;
        Zero(q, BlockRows * at.KeyStride);
        Zero(dout, BlockRows * at.ValueStride);
        CopyRows(Q, firstRow, head * Shape.KeyDim, q, rows, Shape.KeyDim, at.KeyStride);
        CopyRows(DOutput, firstRow, head * Shape.ValueDim, dout, rows, Shape.ValueDim, at.ValueStride);

        // P from the scores, dS from dP = dO V^T.
        Product<TLanes>(q, at.KeyStride, Shape.KeyDim, memory + at.KeysTurned, at.Length, p, at.Length, rows, cols, false);
        Product<TLanes>(dout, at.ValueStride, Shape.ValueDim, memory + at.ValuesTurned, at.Length, ds, at.Length, rows, cols, false);
        for (int row = 0; row < rows; row++)
        {
            float* output = Output.Pointer + ((long)(firstRow + row) * Output.Stride) + (head * Shape.ValueDim);
            float sum = Dot<TLanes>(output, dout + ((long)row * at.ValueStride), Shape.ValueDim);
            ScoreRow<TLanes>(p + ((long)row * at.Length), ds + ((long)row * at.Length), first + row + 1, cols, sum);
        }

        // dq = dS K; dv += P^T dO; dk += dS^T q.
        Product<TLanes>(ds, at.Length, end, memory + at.Keys, at.KeyStride, dq, at.KeyStride, rows, at.KeyStride, false);
        AddRows(Dq, firstRow, head * Shape.KeyDim, dq, rows, Shape.KeyDim, at.KeyStride);
        Turn(p, at.Length, rows, cols, turned);
        Product<TLanes>(turned, BlockRows, rows, dout, at.ValueStride, memory + at.DValues, at.ValueStride, cols, at.ValueStride, true);
        Turn(ds, at.Length, rows, cols, turned);
        Product<TLanes>(turned, BlockRows, rows, q, at.KeyStride, memory + at.DKeys, at.KeyStride, cols, at.KeyStride, true);
    }

    // p: scores in, weights out; ds: dP in, dS out; both zero behind the row's own position.
    private readonly void ScoreRow<TLanes>(float* p, float* ds, int visible, int cols, float outputSum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        for (int i = visible; i < cols; i++)
        {
            p[i] = float.NegativeInfinity;
        }

        TLanes scale = TLanes.Create(Shape.Scale);
        float largest = SoftmaxSums.Maximum<TLanes>(p, visible) * Shape.Scale;
        TLanes shift = TLanes.Create(-largest);
        TLanes sum = TLanes.Zero;
        for (int i = 0; i < cols; i += 16)
        {
            TLanes e = LaneMath.Exp(TLanes.FusedMultiplyAdd(TLanes.Load(p + i), scale, shift));
            sum += e;
            TLanes.Store(p + i, e);
        }

        TLanes inverse = TLanes.Create(1f / TLanes.Sum(sum));
        TLanes mean = TLanes.Create(outputSum);
        for (int i = 0; i < cols; i += 16)
        {
            TLanes weight = TLanes.Load(p + i) * inverse;
            TLanes.Store(p + i, weight);
            TLanes.Store(ds + i, (TLanes.Load(ds + i) - mean) * weight * scale);
        }
    }

    // c[r, n] (+)= sum over k of a[r, k] b[k, n]; rows in fours: a and c are padded with rows that nobody reads.
    private static void Product<TLanes>(
        float* a, int strideA, int depth, float* b, int strideB, float* c, int strideC, int rows, int cols, bool add)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        float* ones = stackalloc float[4] { 1, 1, 1, 1 };
        float** four = stackalloc float*[4];
        for (int r = 0; r < rows; r += 4)
        {
            for (int i = 0; i < 4; i++)
            {
                four[i] = a + ((long)(r + i) * strideA);
            }

            OuterProduct.Four<TLanes>(four, depth, b, strideB, c + ((long)r * strideC), strideC, cols, add ? ones : null);
        }
    }

    private static float Dot<TLanes>(float* a, float* b, int count)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Zero;
        int i = 0;
        for (; i <= count - 16; i += 16)
        {
            sum = TLanes.FusedMultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum);
        }

        if (i < count)
        {
            sum = TLanes.FusedMultiplyAdd(LaneTail.Load<TLanes>(a + i, count - i, 0), LaneTail.Load<TLanes>(b + i, count - i, 0), sum);
        }

        return TLanes.Sum(sum);
    }

    private static void Turn(float* source, int stride, int rows, int cols, float* destination)
    {
        for (int c = 0; c < cols; c += 16)
        {
            for (int r = 0; r < rows; r++)
            {
                float* from = source + ((long)r * stride) + c;
                float* to = destination + ((long)c * BlockRows) + r;
                for (int i = 0; i < 16; i++)
                {
                    to[i * BlockRows] = from[i];
                }
            }
        }
    }

    private static void CopyRows(Tensor source, int firstRow, int firstCol, float* destination, int rows, int cols, int stride)
    {
        for (int r = 0; r < rows; r++)
        {
            float* from = source.Pointer + ((long)(firstRow + r) * source.Stride) + firstCol;
            Buffer.MemoryCopy(from, destination + ((long)r * stride), sizeof(float) * (long)cols, sizeof(float) * (long)cols);
        }
    }

    private static void AddRows(Tensor destination, int firstRow, int firstCol, float* source, int rows, int cols, int stride)
    {
        for (int r = 0; r < rows; r++)
        {
            float* to = destination.Pointer + ((long)(firstRow + r) * destination.Stride) + firstCol;
            float* from = source + ((long)r * stride);
            for (int c = 0; c < cols; c++)
            {
                to[c] += from[c];
            }
        }
    }

    private static void Zero(float* memory, long count)
    {
        for (long first = 0; first < count; first += 1 << 28)
        {
            new Span<float>(memory + first, (int)Math.Min(1 << 28, count - first)).Clear();
        }
    }

    /// <summary>Where the buffers of a unit lie, in floats from the start of its scratch.</summary>
    private readonly struct Layout
    {
        public readonly int Length;
        public readonly int KeyStride;
        public readonly int ValueStride;
        public readonly long Keys;
        public readonly long KeysTurned;
        public readonly long ValuesTurned;
        public readonly long DKeys;
        public readonly long DValues;
        public readonly long Queries;
        public readonly long DQueries;
        public readonly long DOutputs;
        public readonly long Weights;
        public readonly long DScores;
        public readonly long Turned;
        public readonly long Floats;

        public Layout(in AttentionShape shape, int positions)
        {
            Length = (positions + 15) / 16 * 16;
            KeyStride = (shape.KeyDim + 15) / 16 * 16;
            ValueStride = (shape.ValueDim + 15) / 16 * 16;
            long at = 0;
            Keys = Take(ref at, (long)Length * KeyStride);
            KeysTurned = Take(ref at, (long)Length * KeyStride);
            ValuesTurned = Take(ref at, (long)Length * ValueStride);
            DKeys = Take(ref at, (long)Length * KeyStride);
            DValues = Take(ref at, (long)Length * ValueStride);
            Queries = Take(ref at, (long)BlockRows * KeyStride);
            DQueries = Take(ref at, (long)BlockRows * KeyStride);
            DOutputs = Take(ref at, (long)BlockRows * ValueStride);
            Weights = Take(ref at, (long)BlockRows * Length);
            DScores = Take(ref at, (long)BlockRows * Length);
            Turned = Take(ref at, (long)BlockRows * Length);
            Floats = at;
        }

        private static long Take(ref long at, long floats)
        {
            long first = at;
            at += floats;
            return first;
        }
    }
}
