using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Inference;

/// <summary>
/// The passes of one case, each timed by itself, so that a caller can alternate them with something else. Random tokens; the
/// cache stays filled, so the prompt and the decode steps may be run any number of times. One caller at a time.
/// </summary>
public sealed class BenchPasses : IDisposable
{
    private const int PassTokens = 512;
    private const int PageLength = KvLayerLayout.PageLength;

    private readonly ModelRunner _runner;
    private readonly SequenceForms _forms;
    private readonly TimeProvider _clock;
    private readonly BenchCase _case;
    private readonly Batch _batch = new();
    private readonly int[][] _pages;
    private readonly int[] _tokens;
    private readonly int[] _next = new int[1];

    /// <summary>Makes the passes of a case; nothing runs yet.</summary>
    /// <param name="runner">The model, borrowed; its pool holds <see cref="BenchRunner.CachePositions"/>.</param>
    /// <param name="forms">The forms of latent attention.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="run">The case.</param>
    public BenchPasses(ModelRunner runner, SequenceForms forms, TimeProvider clock, BenchCase run)
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(run);
        _runner = runner;
        _forms = forms;
        _clock = clock;
        _case = run;
        _pages = Pages(run);
        _tokens = Tokens(run.Length, runner.VocabSize);
    }

    /// <summary>Prompt tokens that <see cref="Prompt"/> computes: those of a shared prefix once.</summary>
    public int PromptTokens => Enumerable.Range(0, _case.Batch).Sum(s => _case.Depth + _case.Prompt - PromptStart(s));

    /// <summary>Fills the cache up to the depth.</summary>
    /// <param name="cancellationToken">Ends it between passes.</param>
    public void FillDepth(CancellationToken cancellationToken)
    {
        for (int s = 0; s < _case.Batch; s++)
        {
            Fill(_pages[s], s == 0 ? 0 : Math.Min(_case.SharedPrefix, _case.Depth), _case.Depth, cancellationToken);
        }
    }

    /// <summary>Runs the prompts of all sequences.</summary>
    /// <param name="cancellationToken">Ends it between passes.</param>
    /// <returns>Seconds; 0 without a prompt.</returns>
    public double Prompt(CancellationToken cancellationToken)
    {
        if (_case.Prompt == 0)
        {
            return 0;
        }

        long began = _clock.GetTimestamp();
        for (int s = 0; s < _case.Batch; s++)
        {
            Fill(_pages[s], PromptStart(s), _case.Depth + _case.Prompt, cancellationToken);
        }

        return _clock.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Runs one decode step of all sequences.</summary>
    /// <param name="step">0 up to the case's decode steps.</param>
    /// <returns>Seconds.</returns>
    public double Step(int step)
    {
        long start = _clock.GetTimestamp();
        int position = _case.Depth + _case.Prompt + step;
        _next[0] = _tokens[position];
        _batch.Clear();
        foreach (int[] table in _pages)
        {
            _batch.Add(_next, position, table.AsSpan(0, (position / PageLength) + 1), _forms.GeneratedAbsorbed, BatchOutputs.Last);
        }

        _runner.Run(_batch);
        return _clock.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    // Sequences after the first find a shared prefix computed, as they do in an engine.
    private int PromptStart(int sequence) =>
        sequence == 0 ? _case.Depth : Math.Clamp(_case.SharedPrefix, _case.Depth, _case.Depth + _case.Prompt);

    private static int[][] Pages(BenchCase run)
    {
        int shared = run.SharedPrefix / PageLength;
        int count = (run.Length + PageLength - 1) / PageLength;
        int next = shared;
        int[][] tables = new int[run.Batch][];
        for (int s = 0; s < run.Batch; s++)
        {
            tables[s] = new int[count];
            for (int p = 0; p < count; p++)
            {
                tables[s][p] = p < shared ? p : next++;
            }
        }

        return tables;
    }

    private static int[] Tokens(int count, int vocabSize)
    {
        SeededRandom random = new(1);
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++)
        {
            tokens[i] = random.NextInt32(vocabSize);
        }

        return tokens;
    }

    private void Fill(int[] pages, int from, int to, CancellationToken cancellationToken)
    {
        for (int first = from; first < to; first += PassTokens)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(PassTokens, to - first);
            _batch.Clear();
            _batch.Add(
                _tokens.AsSpan(first, count),
                first,
                pages.AsSpan(0, (first + count + PageLength - 1) / PageLength),
                _forms.PromptAbsorbed,
                first + count == to ? BatchOutputs.Last : BatchOutputs.None);
            _runner.Run(_batch);
        }
    }
}
