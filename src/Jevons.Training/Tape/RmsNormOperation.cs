using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// y = r w x with r = 1 / sqrt(mean(x^2) + eps), over groups of d elements;
/// dx = r w dy - r^3 x mean(w dy x), dw = sum of r dy x.
/// </summary>
internal sealed class RmsNormOperation(Tensor x, int d, WeightVector weight, float eps, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape) => RmsNorm.RunHeads(x, d, weight.Values, eps, y, tape.Context);

    public override void Backward(TapeOps tape)
    {
        Parameter? parameter = tape.Parameters.Find(weight);
        Span<float> dweight = parameter is { IsTrained: true } ? parameter.Gradient.Row(0) : [];
        RmsNorm.Backward(x, d, weight.Values, eps, tape.Gradient(y), tape.Gradient(x), dweight, tape.Context);
    }
}
