namespace Jevons.Inference;

/// <summary>What a case took: medians over its repetitions.</summary>
/// <param name="Case">The case.</param>
/// <param name="PromptSeconds">From the first prompt token to the logits of the last sequence; 0 without a prompt.</param>
/// <param name="DecodeSeconds">All decode steps; 0 without any.</param>
/// <param name="StepSeconds">Each decode step of all repetitions, ascending.</param>
/// <param name="PromptTokens">Prompt tokens computed: those of a shared prefix once.</param>
public sealed record BenchResult(BenchCase Case, double PromptSeconds, double DecodeSeconds, IReadOnlyList<double> StepSeconds, int PromptTokens)
{
    /// <summary>Repetitions before, which do not count.</summary>
    public int WarmUps { get; init; }

    /// <summary>Prompt tokens a second.</summary>
    public double PromptRate => PromptSeconds > 0 ? PromptTokens / PromptSeconds : 0;

    /// <summary>Generated tokens a second, all sequences together.</summary>
    public double DecodeRate => DecodeSeconds > 0 ? (double)Case.Decode * Case.Batch / DecodeSeconds : 0;

    /// <summary>A step's time that this share of the steps does not exceed.</summary>
    /// <param name="share">0 to 1.</param>
    public double StepQuantile(double share) =>
        StepSeconds.Count == 0 ? 0 : StepSeconds[Math.Min(StepSeconds.Count - 1, (int)Math.Ceiling(share * StepSeconds.Count) - 1)];
}
