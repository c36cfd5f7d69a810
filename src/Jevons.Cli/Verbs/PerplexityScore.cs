using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>Scores the chunks of a text and adds them up.</summary>
/// <param name="tokens">The whole text.</param>
/// <param name="length">Tokens of a chunk.</param>
internal sealed class PerplexityScore(int[] tokens, int length)
{
    private readonly List<(double All, double SecondHalf)> _chunks = [];

    /// <summary>Tokens 1 .. n - 1 of every chunk.</summary>
    public PerplexityTally All { get; } = new();

    /// <summary>Tokens n / 2 + 1 .. n - 1 of every chunk.</summary>
    public PerplexityTally SecondHalf { get; } = new();

    /// <summary>Sums of - ln p of each chunk.</summary>
    public IReadOnlyList<(double All, double SecondHalf)> Chunks => _chunks;

    /// <summary>Tokens of a chunk.</summary>
    public int Length => length;

    /// <summary>Tokens of the whole text.</summary>
    public int TokenCount => tokens.Length;

    /// <summary>Scores a chunk from an empty cache.</summary>
    public void Add(Scorer scorer, int chunk)
    {
        int start = chunk * length;
        double allBefore = All.Nll;
        double secondHalfBefore = SecondHalf.Nll;
        scorer.Score(tokens.AsSpan(start, length), (position, logits) =>
        {
            if (position + 1 == length)
            {
                return;
            }

            double nll = LogProbs.LogSumExp(logits) - logits[tokens[start + position + 1]];
            All.Add(nll);
            if (position >= length / 2)
            {
                SecondHalf.Add(nll);
            }
        });
        _chunks.Add((All.Nll - allBefore, SecondHalf.Nll - secondHalfBefore));
    }
}
