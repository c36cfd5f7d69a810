using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>
/// y = x + delta; ddelta += dy, dx += dy. Where y takes x's place, or both are states of one residual stream, their gradient is
/// one and the same memory and dx has its share already.
/// </summary>
internal sealed class AddOperation(Tensor x, Tensor delta, Tensor y, bool sharesGradient) : TapeOperation
{
    public override void Forward(TapeOps tape) => Add.Run(x, delta, y, tape.Context);

    public override void Backward(TapeOps tape)
    {
        Tensor dy = tape.Gradient(y);
        AddScaled.Run(dy, 1f, tape.Gradient(delta), tape.Context);
        if (!sharesGradient)
        {
            AddScaled.Run(dy, 1f, tape.Gradient(x), tape.Context);
        }
    }
}
