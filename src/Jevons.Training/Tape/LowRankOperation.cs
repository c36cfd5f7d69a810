using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// y += B t, t = s A x (LoRA, arXiv 2106.09685): dB += dy^T t, dt = dy B, dA += s dt^T x, dx += s dt A.
/// </summary>
internal sealed class LowRankOperation(Tensor x, LowRankUpdate update, Tensor inner, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape)
    {
        LowRank.Inner(update, x, inner, tape.Context);
        Tensor delta = tape.Temporary(y.Rows, y.Cols);
        MatMul.Run(update.B, ActivationRows.Float(inner), delta, tape.Context);
        Add.Run(y, delta, y, tape.Context);
    }

    public override void Backward(TapeOps tape)
    {
        Parameter a = tape.Parameter(update.A, "an adapter's A");
        Parameter b = tape.Parameter(update.B, "an adapter's B");
        Tensor dy = tape.Gradient(y);
        Tensor dinner = tape.Gradient(inner);
        if (b.IsTrained)
        {
            Gemm.Accumulate(GemmForm.TN, dy, inner, b.Gradient, tape.Context);
        }

        Gemm.Accumulate(GemmForm.NN, dy, b.Values, dinner, tape.Context);
        LowRank.Scale(dinner, update.Scale);
        if (a.IsTrained)
        {
            Gemm.Accumulate(GemmForm.TN, dinner, x, a.Gradient, tape.Context);
        }

        Gemm.Accumulate(GemmForm.NN, dinner, a.Values, tape.Gradient(x), tape.Context);
    }
}
