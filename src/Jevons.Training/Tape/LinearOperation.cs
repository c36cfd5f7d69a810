using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>y = x W^T + b; dx += dy W, dW += dy^T x, db += sum over rows of dy.</summary>
internal sealed class LinearOperation(Tensor x, Linear layer, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape)
    {
        MatMul.Run(layer.Weights, ActivationRows.Float(x), y, tape.Context);
        if (layer.Bias is { } bias)
        {
            AddBias.Run(y, bias.Values, y, tape.Context);
        }
    }

    public override void Backward(TapeOps tape)
    {
        Tensor dy = tape.Gradient(y);
        tape.AddBack(layer.Weights, x, dy, tape.Gradient(x));
        if (layer.Bias is { } bias && tape.Parameters.Find(bias) is { IsTrained: true } parameter)
        {
            AddBias.Backward(dy, parameter.Gradient.Row(0), tape.Context);
        }
    }
}
