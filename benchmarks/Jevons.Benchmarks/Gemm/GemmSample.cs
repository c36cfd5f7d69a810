namespace Jevons.Benchmarks;

/// <summary>What one side reached in one round.</summary>
/// <param name="Work">The product.</param>
/// <param name="Side">Who did it.</param>
/// <param name="Round">Samples of one round are neighbours in time.</param>
/// <param name="Rate">Multiply-adds a second.</param>
/// <param name="Peak">What the units reached right before or after, whichever was more.</param>
/// <param name="Others">Share of the machine's processor time that other processes, or the host, had meanwhile.</param>
internal sealed record GemmSample(GemmWork Work, string Side, int Round, double Rate, double Peak, double Others)
{
    /// <summary>Whether others left the machine alone.</summary>
    public bool Counts => Others <= Sample.MostOthers;
}
