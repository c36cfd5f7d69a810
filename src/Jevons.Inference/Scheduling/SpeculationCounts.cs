namespace Jevons.Inference;

/// <summary>How speculation fared.</summary>
/// <param name="Drafted">Drafted tokens that a pass of the main model verified.</param>
/// <param name="Accepted">Those of them that the main model chose too.</param>
public readonly record struct SpeculationCounts(long Drafted, long Accepted)
{
    /// <summary>Accepted / drafted, 0 when nothing was drafted.</summary>
    public double AcceptanceRate => Drafted == 0 ? 0 : (double)Accepted / Drafted;
}
