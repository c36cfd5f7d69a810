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
        Parameter weights = tape.Parameters.Find(layer.Weights)
            ?? throw new InvalidOperationException($"{layer.Name} is no parameter: load the model to be trained");
        Gemm.AddProduct(dy, weights.Values, tape.Gradient(x), tape.Context);
        if (weights.IsTrained)
        {
            Gemm.AddTransposedProduct(dy, x, weights.Gradient, tape.Context);
        }

        if (layer.Bias is { } bias && tape.Parameters.Find(bias) is { IsTrained: true } parameter)
        {
            AddBias.Backward(dy, parameter.Gradient.Row(0), tape.Context);
        }
    }
}
