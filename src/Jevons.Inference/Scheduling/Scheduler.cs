using System.Diagnostics;
using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// Decides which tokens the next pass computes. Every running sequence that generates gets its token in every pass; what
/// is left of the batch goes to prompts, in order of arrival. All pages of a sequence's known tokens are reserved when it
/// is admitted, so only growth can run out; then the latest arrival gives up its pages, goes back to the queue and is
/// computed again later, each token in the form it had. Nobody overtakes the head of the queue, except when the head
/// waits for a page that an older sequence is just computing and that both will share.
/// Decisions depend on nothing but the calls made. Plain and single-threaded; no decode step allocates.
/// </summary>
public sealed class Scheduler
{
    private const int PageLength = KvLayerLayout.PageLength;

    private readonly BlockManager _blocks;
    private readonly SchedulerOptions _options;

    // Both lists ascend by Sequence.Id.
    private readonly List<Sequence> _waiting = [];
    private readonly List<Sequence> _running = [];

    // Hash of each page that a running prompt will fill, so that a follower can wait for it instead of computing it too.
    private readonly Dictionary<ulong, Sequence> _promised = [];
    private readonly ScheduledChunk[] _chunks;
    private int _chunkCount;

    /// <summary>Schedules over the pages of a block manager.</summary>
    /// <param name="blocks">The pages; no one else takes any.</param>
    /// <param name="options">Bounds.</param>
    public Scheduler(BlockManager blocks, SchedulerOptions options)
    {
        _blocks = blocks;
        _options = options.Validate();
        _chunks = new ScheduledChunk[options.MaxSequences];
        MaxContext = (int)Math.Min(options.MaxContext, (long)blocks.PageCount * PageLength);
    }

    /// <summary>Positions of a sequence at most: the option, or all pages together if these are fewer.</summary>
    public int MaxContext { get; }

    /// <summary>Sequences that own pages.</summary>
    public int RunningCount => _running.Count;

    /// <summary>Sequences in the queue.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>True when nothing waits and nothing runs.</summary>
    public bool IsIdle => _running.Count == 0 && _waiting.Count == 0;

    /// <summary>The pages.</summary>
    public BlockManager Blocks => _blocks;

    /// <summary>The running sequences, oldest first.</summary>
    public IReadOnlyList<Sequence> Running => _running;

    /// <summary>The queue, oldest first.</summary>
    public IReadOnlyList<Sequence> Waiting => _waiting;

    /// <summary>Queues a new sequence.</summary>
    /// <param name="sequence">A sequence that no scheduler has seen.</param>
    /// <returns>Queued, or PromptTooLong with nothing changed.</returns>
    public AdmissionResult Add(Sequence sequence)
    {
        if (sequence.Status != SequenceStatus.Created)
        {
            throw new InvalidOperationException($"sequence {sequence.Id} was queued before");
        }

        if (sequence.PromptLength >= MaxContext)
        {
            return AdmissionResult.PromptTooLong;
        }

        Enqueue(sequence);
        return AdmissionResult.Queued;
    }

    /// <summary>Chooses the next pass: grows, preempts, admits.</summary>
    /// <returns>Chunks, valid until the next call; none when nothing can run.</returns>
    public ReadOnlySpan<ScheduledChunk> Schedule()
    {
        _chunkCount = 0;
        int budget = _options.MaxBatchTokens;
        bool preempted = ScheduleDecodes(ref budget);
        for (int i = 0; i < _running.Count && budget > 0; i++)
        {
            if (_running[i].Remaining > 1)
            {
                AddPromptPiece(_running[i], ref budget);
            }
        }

        if (!preempted)
        {
            Admit(ref budget);
        }

        return _chunks.AsSpan(0, _chunkCount);
    }

    /// <summary>Records that a pass has computed a sequence's tokens up to a position; full pages become shareable.</summary>
    /// <param name="sequence">A running sequence.</param>
    /// <param name="computed">Positions from 0 on that hold certain (not drafted) tokens.</param>
    public void Advance(Sequence sequence, int computed)
    {
        Debug.Assert(sequence.Status == SequenceStatus.Running, "only running sequences advance");
        Debug.Assert(computed >= sequence.Computed && computed <= sequence.Length, "drafts are not recorded");
        int firstPage = sequence.CommittedPages;
        sequence.Computed = computed;
        _blocks.Commit(sequence);
        if (_promised.Count > 0)
        {
            Unpromise(sequence, firstPage, sequence.CommittedPages);
        }
    }

    /// <summary>
    /// Starts a fork of a running sequence: it shares the parent's pages and continues from the same position. Without a
    /// free page or place it is queued instead and computes the prompt itself, with the same result.
    /// </summary>
    /// <param name="parent">A running sequence.</param>
    /// <param name="child">A sequence that no scheduler has seen.</param>
    /// <param name="copy">The page copy that must be made before the next pass, if any.</param>
    /// <returns>True when the child runs now; false when it was queued.</returns>
    public bool Fork(Sequence parent, Sequence child, out PageCopy? copy)
    {
        Debug.Assert(parent.Status == SequenceStatus.Running && child.Status == SequenceStatus.Created, "a fork is new");
        copy = null;
        child.CopyTokens(parent);
        if (_running.Count < _options.MaxSequences)
        {
            child.Reserve(Capacity(child));
            if (_blocks.Fork(parent, child, out copy) == PageResult.Granted)
            {
                child.CachedTokens = child.Computed;
                child.Status = SequenceStatus.Running;
                Insert(_running, child);
                return true;
            }
        }

        Enqueue(child);
        return false;
    }

    /// <summary>Ends a sequence wherever it stands and frees its pages at once.</summary>
    /// <param name="sequence">Any sequence of this scheduler; one that has ended stays as it is.</param>
    /// <param name="reason">Why it ends.</param>
    public void Finish(Sequence sequence, FinishReason reason)
    {
        if (sequence.Status == SequenceStatus.Finished)
        {
            return;
        }

        if (sequence.Status == SequenceStatus.Running)
        {
            Free(sequence);
            _running.Remove(sequence);
        }
        else if (sequence.Status == SequenceStatus.Waiting)
        {
            _waiting.Remove(sequence);
        }

        sequence.Status = SequenceStatus.Finished;
        sequence.FinishReason = reason;
    }

    private static void Insert(List<Sequence> list, Sequence sequence)
    {
        int index = list.Count;
        while (index > 0 && list[index - 1].Id > sequence.Id)
        {
            index--;
        }

        list.Insert(index, sequence);
    }

    private void Enqueue(Sequence sequence)
    {
        sequence.Status = SequenceStatus.Waiting;
        Insert(_waiting, sequence);
    }

    private int Capacity(Sequence sequence) =>
        (int)Math.Min(MaxContext, (long)sequence.PromptLength + sequence.MaxGenerated);

    private bool ScheduleDecodes(ref int budget)
    {
        int decodes = 0;
        foreach (Sequence sequence in _running)
        {
            decodes += sequence.Remaining == 1 ? 1 : 0;
        }

        bool preempted = false;
        int spare = budget - decodes;
        for (int i = 0; i < _running.Count; i++)
        {
            Sequence sequence = _running[i];
            if (sequence.Remaining != 1)
            {
                continue;
            }

            int drafts = Math.Min(sequence.DraftCount, Math.Min(spare, Capacity(sequence) - sequence.Length));
            if (drafts > 0 && _blocks.TryGrow(sequence, sequence.Length + drafts) == PageResult.OutOfPages)
            {
                drafts = 0;
            }

            bool granted;
            while (!(granted = _blocks.TryGrow(sequence, sequence.Length) == PageResult.Granted))
            {
                Sequence latest = _running[^1];
                Preempt(latest);
                preempted = true;
                if (latest == sequence)
                {
                    break;
                }
            }

            if (granted)
            {
                _chunks[_chunkCount++] = new ScheduledChunk(sequence, sequence.Computed, 1 + drafts, drafts, WantsLogits: true);
                budget -= 1 + drafts;
                spare -= drafts;
            }
        }

        return preempted;
    }

    private void Preempt(Sequence sequence)
    {
        _running.Remove(sequence);
        Free(sequence);
        sequence.Preemptions++;
        Enqueue(sequence);
    }

    private void Free(Sequence sequence)
    {
        if (_promised.Count > 0)
        {
            Unpromise(sequence, sequence.CommittedPages, sequence.FullPages);
        }

        _blocks.Release(sequence);
    }

    private void Admit(ref int budget)
    {
        int index = 0;
        while (budget > 0 && index < _waiting.Count && _running.Count < _options.MaxSequences)
        {
            Sequence sequence = _waiting[index];
            if (WaitsForPromise(sequence))
            {
                index++;
                continue;
            }

            sequence.Reserve(Capacity(sequence));
            int cached = _blocks.AttachPrefix(sequence);
            if (_blocks.TryGrow(sequence, sequence.Length) == PageResult.OutOfPages)
            {
                _blocks.Release(sequence);
                return;
            }

            if (sequence.Preemptions == 0)
            {
                sequence.CachedTokens = cached;
            }

            _waiting.RemoveAt(index);
            sequence.Status = SequenceStatus.Running;
            Insert(_running, sequence);
            Promise(sequence);
            AddPromptPiece(sequence, ref budget);
        }
    }

    private void AddPromptPiece(Sequence sequence, ref int budget)
    {
        int count = sequence.FormRun(sequence.Computed, Math.Min(budget, sequence.Remaining));
        _chunks[_chunkCount++] = new ScheduledChunk(
            sequence, sequence.Computed, count, Drafts: 0, WantsLogits: count == sequence.Remaining);
        budget -= count;
    }

    private bool WaitsForPromise(Sequence sequence)
    {
        if (_promised.Count == 0 || !sequence.SharesPages)
        {
            return false;
        }

        int page = _blocks.CountCachedPages(sequence);
        return page < (sequence.Length - 1) / PageLength && _promised.ContainsKey(sequence.PageHash(page));
    }

    private void Promise(Sequence sequence)
    {
        if (!sequence.SharesPages)
        {
            return;
        }

        for (int page = sequence.CommittedPages; page < sequence.FullPages; page++)
        {
            _promised.TryAdd(sequence.PageHash(page), sequence);
        }
    }

    private void Unpromise(Sequence sequence, int firstPage, int end)
    {
        if (!sequence.SharesPages)
        {
            return;
        }

        for (int page = firstPage; page < end; page++)
        {
            ulong hash = sequence.PageHash(page);
            if (_promised.TryGetValue(hash, out Sequence? owner) && owner == sequence)
            {
                _promised.Remove(hash);
            }
        }
    }
}
