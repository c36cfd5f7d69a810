using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>y = [left | right]; dleft and dright are the parts of dy.</summary>
internal sealed class ConcatenateOperation(Tensor left, Tensor right, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape)
    {
        for (int i = 0; i < y.Rows; i++)
        {
            left.Row(i).CopyTo(y.Row(i));
            right.Row(i).CopyTo(y.Row(i)[left.Cols..]);
        }
    }

    public override void Backward(TapeOps tape)
    {
        Tensor dy = tape.Gradient(y);
        AddScaled.Run(dy.Columns(0, left.Cols), 1f, tape.Gradient(left), tape.Context);
        AddScaled.Run(dy.Columns(left.Cols, right.Cols), 1f, tape.Gradient(right), tape.Context);
    }
}
