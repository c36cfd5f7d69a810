using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// DeepSeekMoE (arXiv 2401.06066; V3, arXiv 2412.19437, section 2.1.2): the gate's chosen experts, weighted, plus the shared
/// experts, which see every token.
/// </summary>
/// <param name="gate">[E, D].</param>
/// <param name="bias">e_score_correction_bias [E], or null: added for the choice only.</param>
/// <param name="router">Scoring, groups, top-k, scaling.</param>
/// <param name="experts">Routed experts.</param>
/// <param name="shared">Shared experts, fused to one feed-forward, or null.</param>
internal sealed class MixtureOfExperts(
    Linear gate, WeightVector? bias, RouterShape router, ExpertWeights experts, FeedForward? shared) : IFeedForward
{
    public Tensor Forward(Ops ops, Tensor x)                                       // [T, D]
    {
        Routing routing = ops.Route(ops.Linear(x, gate), router, bias);            // [T, k]
        Tensor y = ops.Experts(x, routing, experts);                               // [T, D]
        return shared is null ? y : ops.Add(y, shared.Forward(ops, x));            // [T, D]
    }
}
