using System.Numerics;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Inference.Tests;

/// <summary>
/// A model whose logits are a hash of the whole history as it is read from the cache: row i keeps a state mixed from its
/// token, position, form and the states of all earlier rows, found through the page table. A wrong, stale, missing or
/// doubly written page changes every later logit. Its draft layer guesses right about three times out of four.
/// </summary>
internal sealed unsafe class FakeRunner(int pageCount, int vocabSize = 61, bool canDraft = false, bool forms = true, bool check = true) : ModelRunner
{
    private readonly ulong[] _states = Poison(pageCount * KvLayerLayout.PageLength);
    private readonly float[] _logits = new float[1024 * vocabSize];
    private readonly ulong[] _state = new ulong[4096];
    private readonly ulong[] _sum = new ulong[4096];

    public int Passes { get; private set; }

    public int DraftPasses { get; private set; }

    public int LargestBatch { get; private set; }

    public int Copies { get; private set; }

    public int FailAtPass { get; set; } = -1;

    /// <summary>Called in every pass.</summary>
    public Action? OnRun { get; init; }

    public override int VocabSize => vocabSize;

    public static KernelContext Kernels { get; } = new(new WorkerPool(1), CpuFeatures.Detect());

    public override KernelContext Context => Kernels;

    public override int PageCount => pageCount;

    public override bool DistinguishesForms => forms;

    public override bool CanDraft => canDraft;

    public override void Run(Batch batch)
    {
        OnRun?.Invoke();
        if (Passes++ == FailAtPass)
        {
            throw new InvalidOperationException("the fake model fails as told");
        }

        LargestBatch = Math.Max(LargestBatch, batch.Count);
        if (check)
        {
            CheckPages(batch);
        }

        // Last chunk first: a chunk that relied on another one's rows of the same pass would read poison.
        for (int c = batch.Chunks.Length - 1; c >= 0; c--)
        {
            BatchChunk chunk = batch.Chunks[c];
            for (int i = 0; i < chunk.Count; i++)
            {
                int row = chunk.FirstRow + i;
                int position = chunk.FirstPosition + i;
                ulong sum = 0;
                for (int p = 0; p < position; p++)
                {
                    sum = Add(sum, Slot(batch, chunk, p), p);
                }

                ulong state = State(batch.Tokens[row], position, forms && chunk.Absorbed, sum);
                Slot(batch, chunk, position) = state;
                _state[row] = state;
                _sum[row] = Add(sum, state, position);
            }
        }

        int output = 0;
        foreach (int row in batch.OutputRows)
        {
            WriteLogits(_state[row], output++);
        }
    }

    public override ReadOnlySpan<float> Logits(int outputRow) => _logits.AsSpan(outputRow * vocabSize, vocabSize);

    public override void CopyPage(PageCopy copy)
    {
        Copies++;
        _states.AsSpan(copy.Source * 64, 64).CopyTo(_states.AsSpan(copy.Destination * 64, 64));
    }

    public override void Draft(Batch batch, ReadOnlySpan<int> hiddenRows)
    {
        DraftPasses++;
        for (int i = 0; i < hiddenRows.Length; i++)
        {
            if (hiddenRows.Length != batch.Count || (i > 0 && hiddenRows[i] <= hiddenRows[i - 1]))
            {
                throw new InvalidOperationException("hidden rows do not ascend with the batch");
            }

            _state[i] = _state[hiddenRows[i]];
            _sum[i] = _sum[hiddenRows[i]];
        }

        for (int row = 0; row < batch.Count; row++)
        {
            int position = batch.Positions[row] + 1;
            _state[row] = State(batch.Tokens[row], position, forms, _sum[row]);
            _sum[row] = Add(_sum[row], _state[row], position);
        }

        int output = 0;
        foreach (int row in batch.OutputRows)
        {
            ulong wrong = (_state[row] >> 7) % 4 == 0 ? 0x5555UL : 0;
            WriteLogits(_state[row] ^ wrong, output++);
        }
    }

    private static ulong[] Poison(int count)
    {
        ulong[] states = new ulong[count];
        for (int i = 0; i < count; i++)
        {
            states[i] = Mix((ulong)i + 0xBAD);
        }

        return states;
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }

    private static ulong Add(ulong sum, ulong state, int position) => sum + BitOperations.RotateLeft(state, position % 63);

    private static ulong State(int token, int position, bool absorbed, ulong sum) =>
        Mix(sum ^ Mix(((ulong)token << 32) ^ ((ulong)position << 1) ^ (absorbed ? 1UL : 0UL)));

    private static void CheckPages(Batch batch)
    {
        // A position that is written belongs to one chunk only.
        HashSet<(int Page, int Offset)> written = [];
        foreach (BatchChunk chunk in batch.Chunks)
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                int position = chunk.FirstPosition + i;
                Assert.True(written.Add((batch.PageTable[chunk.PageTableStart + (position / 64)], position % 64)), "two writers of one position");
            }
        }
    }

    private void WriteLogits(ulong state, int output)
    {
        Span<float> row = _logits.AsSpan(output * vocabSize, vocabSize);
        for (int v = 0; v < vocabSize; v++)
        {
            row[v] = ((Mix(state + (ulong)v) >> 40) / (float)(1 << 24) * 8f) - 4f;
        }
    }

    private ref ulong Slot(Batch batch, BatchChunk chunk, int position) =>
        ref _states[(batch.PageTable[chunk.PageTableStart + (position / 64)] * 64) + (position % 64)];
}
