namespace Jevons.Kernels;

/// <summary>
/// The parallel region of attention. A unit is (chunk, token block, KV head, block of its query heads), later token blocks
/// first because they see more; when that gives too few units for the threads and some context spans several segments,
/// a unit is further one segment, its results wait in shared memory, and a second region merges them.
/// </summary>
/// <typeparam name="TSource">Where keys and values come from.</typeparam>
internal unsafe struct AttentionRegion<TSource> : ILaneJob<AttentionRegion<TSource>>
    where TSource : struct, IPageSource<TSource>
{
    // Partial results above this size cost more than idle threads.
    private const long SharedLimit = 16L << 20;

    // Accumulators of a unit's rows stay below this many floats, so that they and a tile live in the second-level cache.
    private const int FloatsPerUnit = 32 * 1024;

    public TSource Source;
    public Tensor First;
    public Tensor Second;
    public Tensor Output;
    public int FirstHeadStride;
    public int SecondHeadStride;
    public int FirstDim;
    public int SecondDim;
    public int ValueDim;
    public int NumHeads;
    public int NumKvHeads;
    public float Scale;

    // True where a tile is costly (expanded latents): token blocks are then as long as the scratch allows.
    public bool PreferLongBlocks;

    private BatchChunk* _chunks;
    private int _numChunks;
    private int _valueStride;
    private int _headsPerBlock;
    private int _tokensPerBlock;
    private bool _split;
    private bool _merging;
    private long _stateBytes;
    private byte* _shared;
    private Scratch _scratch;

    /// <summary>Runs attention for all chunks.</summary>
    public void Run(ReadOnlySpan<BatchChunk> chunks, KernelContext context)
    {
        if (chunks.IsEmpty)
        {
            return;
        }

        fixed (BatchChunk* pointer = chunks)
        {
            _chunks = pointer;
            _numChunks = chunks.Length;
            int units = Prepare(context);
            if (_split)
            {
                LaneJobs.Run(context, units, ref this);
                _merging = true;
                LaneJobs.Run(context, Units(), ref this);
            }
            else
            {
                LaneJobs.Run(context, units, ref this);
            }
        }
    }

    /// <summary>Sizes the scratch for prompts of some tokens and decode batches of some sequences, at any context up to a limit.</summary>
    public void Reserve(int maxTokens, int maxSequences, int maxContext, KernelContext context)
    {
        BatchChunk prompt = new(0, Math.Min(maxTokens, maxContext), Math.Max(0, maxContext - maxTokens), 0, Absorbed: false);
        _chunks = &prompt;
        _numChunks = 1;
        Prepare(context);

        // The partial results of decode grow with the context and with the sequences until these are units enough.
        BatchChunk* decode = stackalloc BatchChunk[Math.Min(maxSequences, 2 * context.Pool.Workers)];
        _chunks = decode;
        for (_numChunks = 1; _numChunks <= Math.Min(maxSequences, 2 * context.Pool.Workers); _numChunks++)
        {
            decode[_numChunks - 1] = new BatchChunk(0, 1, maxContext - 1, 0, Absorbed: true);
            Prepare(context);
        }
    }

    // Plans the units and sizes the scratch; returns the number of units.
    private int Prepare(KernelContext context)
    {
        _valueStride = (ValueDim + 15) / 16 * 16;
        _scratch = context.Scratch;
        Plan(context.Pool.Workers);
        int rows = _headsPerBlock * _tokensPerBlock;
        _stateBytes = RunningSoftmax.Bytes(rows, _valueStride);
        context.Scratch.Reserve(0, OuterBytes(rows));
        int units = Units();
        if (_split)
        {
            _shared = context.Scratch.GetShared(units * _stateBytes);
        }

        return units;
    }

    static void ILaneJob<AttentionRegion<TSource>>.Run<TLanes>(ref AttentionRegion<TSource> job, int unit, int worker)
    {
        // Where the unit lies: chunk, then (token block from the last, KV head, head block), then segment.
        int chunkIndex = 0;
        long firstState = 0;
        while (true)
        {
            int units = job.UnitsOf(job._chunks[chunkIndex]);
            if (unit < units)
            {
                break;
            }

            unit -= units;
            firstState += job._merging ? (long)units * SegmentsOf(job._chunks[chunkIndex]) : units;
            chunkIndex++;
        }

        ref readonly BatchChunk chunk = ref job._chunks[chunkIndex];
        int segments = job._split ? SegmentsOf(chunk) : 1;
        int block = job._split && !job._merging ? unit / segments : unit;
        int headBlocks = job.HeadBlocks;
        int tokenBlock = ((chunk.Count + job._tokensPerBlock - 1) / job._tokensPerBlock) - 1 - (block / (headBlocks * job.NumKvHeads));
        int kvHead = block / headBlocks % job.NumKvHeads;
        int firstHead = block % headBlocks * job._headsPerBlock;

        AttentionRows rows = job.RowsOf(chunk, kvHead, firstHead, tokenBlock, worker, out byte* memory, out int firstRow);
        if (job._merging)
        {
            byte* states = job._shared + ((firstState + ((long)unit * segments)) * job._stateBytes);
            RunningSoftmax total = new(states, rows.Count, job._valueStride);
            for (int s = 1; s < segments; s++)
            {
                OnlineSoftmax.Merge<TLanes>(rows, s, total, new RunningSoftmax(states + (s * job._stateBytes), rows.Count, job._valueStride));
            }

            job.Finish<TLanes>(rows, total, firstRow, kvHead, firstHead);
        }
        else if (job._split)
        {
            RunningSoftmax part = new(job._shared + ((firstState + unit) * job._stateBytes), rows.Count, job._valueStride);
            OnlineSoftmax.Segment<TLanes, TSource>(ref job.Source, chunk, kvHead, rows, unit % segments, part, memory, worker);
        }
        else
        {
            byte* tile = memory + (2 * job._stateBytes);
            RunningSoftmax total = new(memory, rows.Count, job._valueStride);
            RunningSoftmax part = new(memory + job._stateBytes, rows.Count, job._valueStride);
            OnlineSoftmax.Segment<TLanes, TSource>(ref job.Source, chunk, kvHead, rows, 0, total, tile, worker);
            int last = rows.PositionOf(rows.Count - 1) / OnlineSoftmax.SegmentLength;
            for (int s = 1; s <= last; s++)
            {
                OnlineSoftmax.Segment<TLanes, TSource>(ref job.Source, chunk, kvHead, rows, s, part, tile, worker);
                OnlineSoftmax.Merge<TLanes>(rows, s, total, part);
            }

            job.Finish<TLanes>(rows, total, firstRow, kvHead, firstHead);
        }
    }

    private readonly int HeadBlocks => ((NumHeads / NumKvHeads) + _headsPerBlock - 1) / _headsPerBlock;

    // Scores, two lists of row pointers, then (unless partial results are shared) two states, then the source's tile.
    private readonly long OuterBytes(int rows) =>
        PointerBytes(rows) + (_split ? 0 : 2 * _stateBytes) + TSource.ScratchBytes(Source);

    private static long PointerBytes(int rows) => (4L * 4 * KvLayerLayout.PageLength) + (((2L * rows * sizeof(float*)) + 63) / 64 * 64);

    private readonly int UnitsOf(in BatchChunk chunk)
    {
        int tokenBlocks = (chunk.Count + _tokensPerBlock - 1) / _tokensPerBlock;
        return checked(tokenBlocks * NumKvHeads * HeadBlocks * (_split && !_merging ? SegmentsOf(chunk) : 1));
    }

    private static int SegmentsOf(in BatchChunk chunk) =>
        ((chunk.FirstPosition + chunk.Count - 1) / OnlineSoftmax.SegmentLength) + 1;

    private readonly int Units()
    {
        int units = 0;
        for (int i = 0; i < _numChunks; i++)
        {
            units = checked(units + UnitsOf(_chunks[i]));
        }

        return units;
    }

    // Chooses the blocking. Results do not depend on it.
    private void Plan(int workers)
    {
        int longest = 0;
        int segments = 1;
        for (int i = 0; i < _numChunks; i++)
        {
            longest = Math.Max(longest, _chunks[i].Count);
            segments = Math.Max(segments, SegmentsOf(_chunks[i]));
        }

        int wanted = workers == 1 ? 1 : 2 * workers;
        int rows = Math.Max(32, (PreferLongBlocks ? 2 : 1) * FloatsPerUnit / _valueStride);
        _split = false;
        _merging = false;
        _headsPerBlock = Math.Min(NumHeads / NumKvHeads, 32);
        _tokensPerBlock = Math.Clamp(rows / _headsPerBlock, 1, longest);
        int fewestTokens = PreferLongBlocks ? 128 : 16;
        while (Units() < wanted && _tokensPerBlock > fewestTokens)
        {
            _tokensPerBlock = (_tokensPerBlock + 1) / 2;
        }

        while (Units() < wanted && _headsPerBlock > 8)
        {
            _headsPerBlock = (_headsPerBlock + 1) / 2;
        }

        if (Units() < wanted && segments > 1)
        {
            _split = true;
            _split = Units() * RunningSoftmax.Bytes(_headsPerBlock * _tokensPerBlock, _valueStride) <= SharedLimit;
        }
    }

    private readonly AttentionRows RowsOf(
        in BatchChunk chunk, int kvHead, int firstHead, int tokenBlock, int worker, out byte* memory, out int firstRow)
    {
        int perKvHead = NumHeads / NumKvHeads;
        int heads = Math.Min(_headsPerBlock, perKvHead - firstHead);
        int firstToken = tokenBlock * _tokensPerBlock;
        int tokens = Math.Min(_tokensPerBlock, chunk.Count - firstToken);
        int count = heads * tokens;
        byte* scratch = _scratch.GetOuter(worker, OuterBytes(_headsPerBlock * _tokensPerBlock));
        float** first = (float**)(scratch + (4L * 4 * KvLayerLayout.PageLength));
        float** second = first + count;
        memory = scratch + PointerBytes(_headsPerBlock * _tokensPerBlock);
        firstRow = chunk.FirstRow + firstToken;
        int head = (kvHead * perKvHead) + firstHead;
        for (int t = 0; t < tokens; t++)
        {
            for (int h = 0; h < heads; h++)
            {
                first[(t * heads) + h] = First.Pointer + ((long)(firstRow + t) * First.Stride) + ((long)(head + h) * FirstHeadStride);
                second[(t * heads) + h] = SecondDim == 0
                    ? null
                    : Second.Pointer + ((long)(firstRow + t) * Second.Stride) + ((long)(head + h) * SecondHeadStride);
            }
        }

        return new AttentionRows
        {
            Count = count,
            Heads = heads,
            FirstPosition = chunk.FirstPosition + firstToken,
            First = first,
            Second = second,
            FirstDim = FirstDim,
            SecondDim = SecondDim,
            Scale = Scale,
            ValueStride = _valueStride,
            Scores = (float*)scratch,
        };
    }

    private readonly void Finish<TLanes>(in AttentionRows rows, RunningSoftmax total, int firstRow, int kvHead, int firstHead)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        int head = (kvHead * (NumHeads / NumKvHeads)) + firstHead;
        for (int row = 0; row < rows.Count; row++)
        {
            float* output = Output.Pointer + ((long)(firstRow + (row / rows.Heads)) * Output.Stride)
                + ((long)(head + (row % rows.Heads)) * ValueDim);
            OnlineSoftmax.Finish<TLanes>(total.Values + ((long)row * rows.ValueStride), total.Sum[row], output, ValueDim);
        }
    }
}
