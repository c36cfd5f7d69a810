using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// Drafts tokens with a model's own multi-token-prediction layer (DeepSeek-V3, arXiv 2412.19437, section 2.2): after each
/// pass of the main model, row i of the draft layer takes the hidden row h(i) and the known token t(i+1), and its last row
/// proposes t(i+2). Further tokens are proposed from the draft layer's own hidden rows. The main model verifies them in the
/// next pass as one chunk in decode form; what it refuses is undone by position alone, because rows beyond the certain ones
/// are overwritten before they are read. Drafts never change a token, so nothing here has to be exact: a page shared with
/// another sequence keeps, in its last draft row, the successor of whoever computed it.
/// </summary>
internal sealed class Speculator(ModelRunner runner, BlockManager blocks, int draftTokens) : IDisposable
{
    private readonly Batch _batch = new();
    private int[] _hiddenRows = new int[64];
    private Sequence[] _drafting = new Sequence[8];
    private int _draftingCount;

    /// <summary>Runs the draft layer over the rows of the last pass and leaves proposals in the sequences.</summary>
    /// <param name="chunks">The chunks of the last pass, in row order, after sampling.</param>
    public void Draft(ReadOnlySpan<ScheduledChunk> chunks)
    {
        if (!Collect(chunks))
        {
            return;
        }

        runner.Draft(_batch, _hiddenRows.AsSpan(0, _batch.Count));
        Propose();
        for (int depth = 1; depth < draftTokens && _draftingCount > 0; depth++)
        {
            Continue(depth);
        }

        Array.Clear(_drafting, 0, _drafting.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    // Every certain row of the pass extends the draft layer's cache; sequences that chose a token get a proposal.
    private bool Collect(ReadOnlySpan<ScheduledChunk> chunks)
    {
        _batch.Clear();
        _draftingCount = 0;
        int row = 0;
        foreach (ScheduledChunk chunk in chunks)
        {
            Sequence sequence = chunk.Sequence;
            if (sequence.Status == SequenceStatus.Running && sequence.WantsDrafts)
            {
                int count = sequence.Computed - chunk.First;

                // Before the first generated token, a draft would share a chunk with a prompt token of another form.
                bool proposes = sequence.Remaining == 1 && sequence.Generated > 0 && WantsMore(sequence, 0);
                Reserve(_batch.Count + count);
                for (int i = 0; i < count; i++)
                {
                    _hiddenRows[_batch.Count + i] = row + i;
                }

                _batch.Add(
                    sequence.TokensFrom(chunk.First + 1, count),
                    chunk.First,
                    sequence.Pages,
                    sequence.IsAbsorbed(chunk.First),
                    proposes ? BatchOutputs.Last : BatchOutputs.None);
                if (proposes)
                {
                    _drafting[_draftingCount++] = sequence;
                }
            }

            row += chunk.Count;
        }

        return _batch.Count > 0;
    }

    private void Propose()
    {
        for (int i = 0; i < _draftingCount; i++)
        {
            _drafting[i].AppendDraft(Greedy.Choose(runner.Logits(i)));
        }
    }

    // The draft layer's hidden rows of the proposals follow each other in the previous batch's output rows.
    private void Continue(int depth)
    {
        ReadOnlySpan<int> outputRows = _batch.OutputRows;
        int kept = 0;
        for (int i = 0; i < _draftingCount; i++)
        {
            Sequence sequence = _drafting[i];
            if (sequence.DraftCount == depth
                && WantsMore(sequence, depth)
                && blocks.TryGrow(sequence, sequence.Length + depth - 1) == PageResult.Granted)
            {
                _hiddenRows[kept] = outputRows[i];
                _drafting[kept++] = sequence;
            }
        }

        _draftingCount = kept;
        _batch.Clear();
        for (int i = 0; i < kept; i++)
        {
            Sequence sequence = _drafting[i];
            int position = sequence.Length + depth - 2;
            _batch.Add(sequence.TokensFrom(position + 1, 1), position, sequence.Pages, sequence.IsAbsorbed(sequence.Length - 1), BatchOutputs.Last);
        }

        if (kept > 0)
        {
            runner.Draft(_batch, _hiddenRows.AsSpan(0, kept));
            Propose();
        }
    }

    private static bool WantsMore(Sequence sequence, int drafted) => sequence.MaxGenerated - sequence.Generated > drafted + 1;

    private void Reserve(int rows)
    {
        if (rows > _hiddenRows.Length)
        {
            Array.Resize(ref _hiddenRows, Math.Max(rows, _hiddenRows.Length * 2));
        }

        if (_draftingCount == _drafting.Length)
        {
            Array.Resize(ref _drafting, _drafting.Length * 2);
        }
    }
}
