using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>y[t] = table[token t]; dtable[token t] += dy[t].</summary>
internal sealed class EmbedOperation(WeightMatrix table, Batch batch, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape) => Embedding.Run(table, batch.Tokens, y, tape.Context);

    public override void Backward(TapeOps tape)
    {
        if (tape.Parameters.Find(table) is { IsTrained: true } parameter)
        {
            Embedding.Backward(batch.Tokens, tape.Gradient(y), parameter.Gradient, tape.Context);
        }
    }
}
