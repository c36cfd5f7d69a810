using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>y = gate s up, s = sigmoid(gate); dgate += dy up s (1 + gate (1 - s)), dup += dy gate s.</summary>
internal sealed class SwiGluOperation(Tensor gate, Tensor up, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape) => SwiGlu.Run(gate, up, y, tape.Context);

    public override void Backward(TapeOps tape) =>
        SwiGlu.Backward(gate, up, tape.Gradient(y), tape.Gradient(gate), tape.Gradient(up), tape.Context);
}
