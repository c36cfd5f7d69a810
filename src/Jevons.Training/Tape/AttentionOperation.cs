using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>
/// y = P v, P = softmax(scale q k^T) over each sequence's own positions; the way back is that of
/// <see cref="Attention.Backward"/>. Forth it runs over pages in f32, as a rollout does.
/// </summary>
internal sealed class AttentionOperation(Tensor q, Tensor k, Tensor v, AttentionShape shape, Tensor y) : TapeOperation
{
    public override void Forward(TapeOps tape)
    {
        Batch batch = tape.Current!.Batch;
        KvPages pages = tape.Cache.Pages(0, batch);
        KvWrite.Run(pages, k, v, batch.Chunks, tape.Context);
        Attention.Run(pages, q, y, shape, batch.Chunks, tape.Context);
    }

    public override void Backward(TapeOps tape) => Attention.Backward(
        q, k, v, y, tape.Gradient(y), tape.Gradient(q), tape.Gradient(k), tape.Gradient(v), shape, tape.Current!.Batch.Chunks, tape.Context);
}
