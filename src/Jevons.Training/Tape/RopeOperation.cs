using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// x becomes R x, R the rotation of each pair by its angle; the gradient becomes R^T dx, the rotation by the negative angle.
/// Both in place: no operation needs the unrotated x.
/// </summary>
internal sealed class RopeOperation(Tensor x, RotaryEmbedding rope, int headDim, int offset) : TapeOperation
{
    public override void Forward(TapeOps tape) =>
        Rope.Run(x, tape.Angles.Forth(rope, tape.Current!.Batch, tape.Context), rope.Layout, headDim, offset, tape.Context);

    public override void Backward(TapeOps tape) =>
        Rope.Run(tape.Gradient(x), tape.Angles.Back(rope, tape.Current!.Batch, tape.Context), rope.Layout, headDim, offset, tape.Context);
}
