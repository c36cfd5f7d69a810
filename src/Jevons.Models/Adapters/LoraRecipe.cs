namespace Jevons.Models;

/// <summary>How a new adapter is made: A uniform in +-1/sqrt(in), B zero, so that it changes nothing at first.</summary>
/// <param name="Rank">Rank r.</param>
/// <param name="Alpha">alpha: the update counts alpha / r, or alpha / sqrt(r).</param>
/// <param name="IsRankStabilised">Whether it is alpha / sqrt(r) (rsLoRA, arXiv 2312.03732).</param>
/// <param name="Targets">Last parts of the names of the layers that it changes.</param>
/// <param name="Seed">Seed of A.</param>
public sealed record LoraRecipe(int Rank, double Alpha, bool IsRankStabilised, IReadOnlyList<string> Targets, ulong Seed)
{
    /// <summary>Factor of the update.</summary>
    public float Scale => (float)(Alpha / (IsRankStabilised ? Math.Sqrt(Rank) : Rank));
}
