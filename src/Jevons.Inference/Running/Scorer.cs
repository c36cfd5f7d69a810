using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// The plain loop: one sequence from an empty cache, no scheduler, no sharing. It scores every position of a text and
/// generates greedily. It is the definition that the engine's tokens are compared with. Uses the runner's pages from 0 on,
/// so no one else may use the runner at the same time. Not thread-safe.
/// </summary>
public sealed class Scorer : IDisposable
{
    private readonly ModelRunner _runner;
    private readonly SequenceForms _forms;
    private readonly int _chunk;
    private readonly int[] _pages;
    private readonly Batch _batch = new();
    private int[] _hiddenRows = [];

    /// <summary>Scores with a runner.</summary>
    /// <param name="runner">The model; borrowed.</param>
    /// <param name="mla">Which form of latent attention computes which tokens.</param>
    /// <param name="chunk">Tokens of a pass at most; no result depends on it.</param>
    public Scorer(ModelRunner runner, MlaMode mla = MlaMode.Auto, int chunk = 512)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(chunk);
        _runner = runner;
        _forms = Engine.FormsOf(runner, mla);
        _chunk = chunk;
        _pages = new int[runner.PageCount];
        for (int i = 0; i < _pages.Length; i++)
        {
            _pages[i] = i;
        }
    }

    /// <summary>Positions that the pages hold.</summary>
    public int ContextLength => (int)Math.Min(int.MaxValue, (long)_pages.Length * KvLayerLayout.PageLength);

    /// <summary>Computes a text from an empty cache and hands out the logits of every position, ascending.</summary>
    /// <param name="tokens">At least one token, at most the context.</param>
    /// <param name="reader">Receives the row of each position.</param>
    /// <param name="draftReader">
    /// Receives the draft layer's row of each position but the last (row i predicts token i + 2); null for none.
    /// </param>
    /// <exception cref="ContextLengthException">More tokens than positions.</exception>
    /// <exception cref="NotSupportedException">A draft reader was given, but the model has no draft layer.</exception>
    public void Score(ReadOnlySpan<int> tokens, LogitsReader reader, LogitsReader? draftReader = null)
    {
        Check(tokens);
        if (draftReader is not null && !_runner.CanDraft)
        {
            throw new NotSupportedException("this model has no layer that drafts tokens");
        }

        for (int first = 0; first < tokens.Length; first += _chunk)
        {
            int count = Math.Min(_chunk, tokens.Length - first);
            Run(tokens.Slice(first, count), first, _forms.PromptAbsorbed, BatchOutputs.All);
            for (int i = 0; i < count; i++)
            {
                reader(first + i, _runner.Logits(i));
            }

            if (draftReader is not null)
            {
                ScoreDraft(tokens, first, Math.Min(count, tokens.Length - 1 - first), draftReader);
            }
        }
    }

    /// <summary>The log-probability of each token given those before it, and the most probable tokens at each position.</summary>
    /// <param name="tokens">At least one token, at most the context.</param>
    /// <param name="top">Most probable tokens to list, at each position.</param>
    /// <returns>Log-probabilities of tokens 1 .. n - 1, and a list for each of the positions 0 .. n - 1.</returns>
    public TextScore ScoreText(ReadOnlySpan<int> tokens, int top = 0)
    {
        int[] copy = tokens.ToArray();
        float[] logProbs = new float[copy.Length - 1];
        TokenLogProb[][] lists = new TokenLogProb[copy.Length][];
        Score(copy, (position, logits) =>
        {
            double logSum = LogProbs.LogSumExp(logits, _runner.Context);
            if (position + 1 < copy.Length)
            {
                logProbs[position] = (float)(logits[copy[position + 1]] - logSum);
            }

            lists[position] = new TokenLogProb[Math.Min(top, logits.Length)];
            LogProbs.Top(logits, logSum, lists[position]);
        });
        return new TextScore(logProbs, lists);
    }

    /// <summary>Continues a prompt with the most probable token at every step, from an empty cache.</summary>
    /// <param name="prompt">At least one token, fewer than the context.</param>
    /// <param name="count">Tokens at most.</param>
    /// <param name="stopTokens">Tokens after which it ends; the stop token is included.</param>
    /// <returns>The generated tokens; fewer than asked for after a stop token or at the end of the context.</returns>
    /// <exception cref="ContextLengthException">More tokens than positions.</exception>
    public IReadOnlyList<int> Generate(ReadOnlySpan<int> prompt, int count, StopTokens stopTokens)
    {
        Check(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        List<int> generated = [];
        for (int first = 0; first < prompt.Length; first += _chunk)
        {
            int length = Math.Min(_chunk, prompt.Length - first);
            Run(prompt.Slice(first, length), first, _forms.PromptAbsorbed, first + length == prompt.Length ? BatchOutputs.Last : BatchOutputs.None);
        }

        while (generated.Count < count)
        {
            int token = Greedy.Choose(_runner.Logits(0));
            generated.Add(token);
            int position = prompt.Length + generated.Count - 1;
            if (stopTokens.Contains(token) || generated.Count == count || position >= ContextLength)
            {
                break;
            }

            Run([token], position, _forms.GeneratedAbsorbed, BatchOutputs.Last);
        }

        return generated;
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private void ScoreDraft(ReadOnlySpan<int> tokens, int first, int count, LogitsReader reader)
    {
        if (count == 0)
        {
            return;
        }

        if (_hiddenRows.Length < count)
        {
            _hiddenRows = [.. Enumerable.Range(0, count)];
        }

        _batch.Clear();
        _batch.Add(tokens.Slice(first + 1, count), first, PagesFor(first + count), _forms.PromptAbsorbed, BatchOutputs.All);
        _runner.Draft(_batch, _hiddenRows.AsSpan(0, count));
        for (int i = 0; i < count; i++)
        {
            reader(first + i, _runner.Logits(i));
        }
    }

    private void Run(ReadOnlySpan<int> tokens, int first, bool absorbed, BatchOutputs outputs)
    {
        _batch.Clear();
        _batch.Add(tokens, first, PagesFor(first + tokens.Length), absorbed, outputs);
        _runner.Run(_batch);
    }

    private ReadOnlySpan<int> PagesFor(int positions) => _pages.AsSpan(0, BlockManager.PagesFor(positions));

    private void Check(ReadOnlySpan<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Length, nameof(tokens));
        if (tokens.Length > ContextLength)
        {
            throw new ContextLengthException(tokens.Length, ContextLength);
        }

        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)_runner.VocabSize)
            {
                throw new ArgumentException($"token {token} is not in the model's vocabulary of {_runner.VocabSize}", nameof(tokens));
            }
        }
    }
}
