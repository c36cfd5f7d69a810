using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// The loop of the engine: Schedule, Run, Postprocess. One <see cref="Step"/> is one pass of the model over a ragged batch
/// of prompt pieces and decode tokens, followed by sampling and, where the model can draft, one pass of the draft layer.
/// Single-threaded; a step in which nobody arrives or leaves allocates nothing after warm-up.
/// </summary>
public sealed class EngineLoop : IDisposable
{
    private readonly ModelRunner _runner;
    private readonly Scheduler _scheduler;
    private readonly StopTokens _stopTokens;
    private readonly Batch _batch = new();
    private readonly Speculator? _speculator;

    /// <summary>Runs sequences of a scheduler through a runner.</summary>
    /// <param name="runner">The model; borrowed.</param>
    /// <param name="scheduler">The scheduler over the runner's pages.</param>
    /// <param name="stopTokens">Tokens that end a sequence.</param>
    /// <param name="draftTokens">Tokens to draft per sequence and pass; 0 for none. Ignored when the model cannot draft.</param>
    public EngineLoop(ModelRunner runner, Scheduler scheduler, StopTokens stopTokens, int draftTokens = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(draftTokens);
        if (scheduler.Blocks.PageCount > runner.PageCount)
        {
            throw new ArgumentException(
                $"the scheduler hands out {scheduler.Blocks.PageCount} pages, the runner has {runner.PageCount}", nameof(scheduler));
        }

        _runner = runner;
        _scheduler = scheduler;
        _stopTokens = stopTokens;
        _speculator = runner.CanDraft && draftTokens > 0 ? new Speculator(runner, scheduler.Blocks, draftTokens) : null;
    }

    /// <summary>Passes made.</summary>
    public long Steps { get; private set; }

    /// <summary>Rows (tokens) computed in all passes.</summary>
    public long Rows { get; private set; }

    /// <summary>Drafted and accepted tokens of all sequences.</summary>
    public SpeculationCounts Speculation { get; private set; }

    /// <summary>The scheduler.</summary>
    public Scheduler Scheduler => _scheduler;

    /// <summary>Makes one pass.</summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <remarks>
    /// When the model fails, every sequence of the pass ends with FinishReason.Error and frees its pages; the others go on.
    /// When a sequence's own sampler or sink fails, only that sequence ends.
    /// </remarks>
    public bool Step()
    {
        ReadOnlySpan<ScheduledChunk> chunks = _scheduler.Schedule();
        if (chunks.IsEmpty)
        {
            return false;
        }

        try
        {
            Run(chunks);
        }
        catch (Exception e)
        {
            Fail(chunks, e);
            return true;
        }

        int outputRow = 0;
        foreach (ScheduledChunk chunk in chunks)
        {
            try
            {
                Postprocess(chunk, outputRow);
            }
            catch (Exception e)
            {
                Finish(chunk.Sequence, FinishReason.Error, e);
            }

            outputRow += chunk.Drafts > 0 ? chunk.Count : chunk.WantsLogits ? 1 : 0;
        }

        try
        {
            _speculator?.Draft(chunks);
        }
        catch (Exception e)
        {
            Fail(chunks, e);
        }

        return true;
    }

    /// <summary>Ends a sequence between steps and tells its sink; its pages are free when this returns.</summary>
    /// <param name="sequence">A sequence of this loop's scheduler; one that has ended stays as it is.</param>
    /// <param name="reason">Why.</param>
    /// <param name="error">The failure, for FinishReason.Error.</param>
    public void Finish(Sequence sequence, FinishReason reason, Exception? error = null)
    {
        if (sequence.Status == SequenceStatus.Finished)
        {
            return;
        }

        _scheduler.Finish(sequence, reason);
        sequence.Sink.OnFinished(sequence, error);
        if (!sequence.ForksStarted)
        {
            sequence.ForksStarted = true;
            foreach (Sequence fork in sequence.Forks)
            {
                Finish(fork, reason, error);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _speculator?.Dispose();
    }

    private void Fail(ReadOnlySpan<ScheduledChunk> chunks, Exception error)
    {
        foreach (ScheduledChunk chunk in chunks)
        {
            Finish(chunk.Sequence, FinishReason.Error, error);
        }
    }

    private void Run(ReadOnlySpan<ScheduledChunk> chunks)
    {
        _batch.Clear();
        foreach (ScheduledChunk chunk in chunks)
        {
            Sequence sequence = chunk.Sequence;
            if (chunk.First < sequence.PromptLength)
            {
                sequence.Sink.OnScheduled(sequence);
            }

            BatchOutputs outputs = chunk.Drafts > 0 ? BatchOutputs.All : chunk.WantsLogits ? BatchOutputs.Last : BatchOutputs.None;
            _batch.Add(
                sequence.TokensFrom(chunk.First, chunk.Count), chunk.First, sequence.Pages, sequence.IsAbsorbed(chunk.First), outputs);
        }

        _runner.Run(_batch);
        Steps++;
        Rows += _batch.Count;
    }

    private void Postprocess(in ScheduledChunk chunk, int outputRow)
    {
        Sequence sequence = chunk.Sequence;
        _scheduler.Advance(sequence, chunk.First + chunk.Count - chunk.Drafts);
        if (sequence.Computed <= sequence.PromptLength)
        {
            sequence.Sink.OnPrompt(sequence);
        }

        if (!chunk.WantsLogits)
        {
            return;
        }

        if (!sequence.ForksStarted)
        {
            sequence.ForksStarted = true;
            StartForks(sequence, outputRow);
        }

        Verify(sequence, chunk.Drafts, outputRow);
    }

    // The forks choose their own first tokens from the parent's logits.
    private void StartForks(Sequence parent, int outputRow)
    {
        foreach (Sequence fork in parent.Forks)
        {
            if (fork.Status == SequenceStatus.Finished || !_scheduler.Fork(parent, fork, out PageCopy? copy))
            {
                continue;
            }

            try
            {
                if (copy is { } pages)
                {
                    _runner.CopyPage(pages);
                }

                fork.Sink.OnPrompt(fork);
                Choose(fork, outputRow);
            }
            catch (Exception e)
            {
                Finish(fork, FinishReason.Error, e);
            }
        }
    }

    // Row j holds the logits after the newest certain token and j drafts. The sampler sees the very logits that plain
    // decoding would show it, so a draft is accepted only where it equals the plain choice: no token changes.
    private void Verify(Sequence sequence, int drafts, int outputRow)
    {
        int accepted = 0;
        for (int j = 0; ; j++)
        {
            bool more = j < drafts;
            int draft = more ? sequence.Draft(0) : 0;
            bool finished = Choose(sequence, outputRow + j, out int token);
            bool agrees = more && token == draft;
            accepted += agrees ? 1 : 0;
            if (finished || !agrees)
            {
                break;
            }

            // The draft's keys and values were computed by this very pass.
            _scheduler.Advance(sequence, sequence.Length);
        }

        if (drafts > 0)
        {
            Count(sequence, drafts, accepted);
        }

        sequence.ClearDrafts();
    }

    private void Count(Sequence sequence, int drafts, int accepted)
    {
        sequence.Speculation = new(sequence.Speculation.Drafted + drafts, sequence.Speculation.Accepted + accepted);
        Speculation = new(Speculation.Drafted + drafts, Speculation.Accepted + accepted);
    }

    private void Choose(Sequence sequence, int outputRow) => Choose(sequence, outputRow, out _);

    private bool Choose(Sequence sequence, int outputRow, out int token)
    {
        SampledToken sampled = sequence.Sampler.Sample(_runner.Logits(outputRow), sequence.Tokens, sequence.PromptLength);
        token = sampled.Token;
        sequence.Append(token);
        bool isStop = !sequence.Sampler.Params.IgnoreEos && _stopTokens.Contains(token);
        TokenVerdict verdict = sequence.Sink.OnToken(sequence, sampled, isStop);
        FinishReason reason =
            isStop || verdict == TokenVerdict.Stop ? FinishReason.Stop
            : sequence.Generated >= sequence.MaxGenerated ? FinishReason.Length
            : sequence.Length >= _scheduler.MaxContext ? FinishReason.ContextFull
            : FinishReason.None;
        if (reason == FinishReason.None)
        {
            return false;
        }

        Finish(sequence, reason);
        return true;
    }
}
