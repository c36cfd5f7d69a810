using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>What an adapter adds to a linear layer: B (s A x) (LoRA, arXiv 2106.09685).</summary>
/// <param name="A">[r, in], f32.</param>
/// <param name="B">[out, r], f32.</param>
/// <param name="Scale">s: the adapter's own factor times the weight that it was given.</param>
public sealed record LowRankUpdate(WeightMatrix A, WeightMatrix B, float Scale);
