using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>y[i] = x[rows[i]]; dx[rows[i]] += dy[i], i ascending.</summary>
internal sealed class GatherOperation(Tensor x, int[] rows, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            x.Row(rows[i]).CopyTo(y.Row(i));
        }
    }

    public override void Backward(TapeOps tape) => Embedding.Backward(rows, tape.Gradient(y), tape.Gradient(x), tape.Context);
}
