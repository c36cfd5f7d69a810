using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// Experts and weights from the gate's logits; the way back is that of <see cref="Router.Backward"/>, from the weights'
/// gradients, which <see cref="ExpertsOperation"/> leaves here.
/// </summary>
internal sealed class RouteOperation(Tensor logits, RouterShape shape, WeightVector? bias) : TapeOperation
{
    public Routing Routing { get; } = new();

    /// <summary>Gradients of <see cref="Routing.Weights"/>.</summary>
    public float[] DWeights { get; } = new float[logits.Rows * shape.TopK];

    public override void Forward(TapeOps tape)
    {
        Routing.Resize(logits.Rows, shape.TopK);
        Router.Run(logits, bias is null ? [] : bias.Values, shape, Routing.Experts, Routing.Weights, tape.Context);
    }

    public override void Backward(TapeOps tape) =>
        Router.Backward(logits, Routing.Experts, DWeights, default, shape, tape.Gradient(logits), tape.Context);
}
