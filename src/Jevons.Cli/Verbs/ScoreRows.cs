using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>What is kept of each position's logits: the log-probability of the token that came, and the most probable tokens.</summary>
/// <param name="tokens">The scored tokens.</param>
/// <param name="top">Most probable tokens to keep at each position.</param>
internal sealed class ScoreRows(int[] tokens, int top)
{
    // Logits of one pass at most, in floats (64 MiB): a vocabulary of 129,280 gets 129 positions a pass.
    private const int LogitsPerPass = 1 << 24;

    private readonly List<float> _logProbs = new(tokens.Length);
    private readonly List<IReadOnlyList<TokenLogProb>> _top = new(tokens.Length);

    /// <summary>The scored tokens.</summary>
    public ReadOnlySpan<int> Tokens => tokens;

    /// <summary>Natural log-probabilities of tokens 1 .. n - 1.</summary>
    public IReadOnlyList<float> LogProbs => _logProbs;

    /// <summary>The most probable tokens behind each position.</summary>
    public IReadOnlyList<IReadOnlyList<TokenLogProb>> Top => _top;

    /// <summary>Positions of one pass, so that the logits of a large vocabulary do not take gigabytes. No result depends on it.</summary>
    public static int ChunkFor(int vocabSize) => Math.Clamp(LogitsPerPass / vocabSize, 16, 512);

    /// <summary>Takes the next position.</summary>
    public void Add(int position, ReadOnlySpan<float> logits)
    {
        double logSum = Inference.LogProbs.LogSumExp(logits);
        if (position + 1 < tokens.Length)
        {
            _logProbs.Add((float)(logits[tokens[position + 1]] - logSum));
        }

        TokenLogProb[] best = new TokenLogProb[top];
        Inference.LogProbs.Top(logits, logSum, best);
        _top.Add(best);
    }
}
