namespace Jevons.Cli;

/// <summary>Negative log-likelihoods of scored tokens: their sum, and with it a perplexity and its standard error.</summary>
internal sealed class PerplexityTally
{
    private double _squares;

    /// <summary>Tokens scored.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of - ln p.</summary>
    public double Nll { get; private set; }

    /// <summary>exp(mean of - ln p).</summary>
    public double Perplexity => Math.Exp(Nll / Count);

    /// <summary>
    /// Standard error of <see cref="Perplexity"/>, by propagating that of the mean: perplexity * sqrt(variance / (count - 1)),
    /// tokens taken as independent (as llama.cpp does).
    /// </summary>
    public double StandardError
    {
        get
        {
            double mean = Nll / Count;
            double variance = Math.Max(0, (_squares / Count) - (mean * mean));
            return Count < 2 ? 0 : Math.Exp(mean) * Math.Sqrt(variance / (Count - 1));
        }
    }

    /// <summary>Adds a token.</summary>
    /// <param name="nll">Its - ln p.</param>
    public void Add(double nll)
    {
        Count++;
        Nll += nll;
        _squares += nll * nll;
    }
}
