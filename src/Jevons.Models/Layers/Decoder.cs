using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Embedding, layers, head: the frame that every architecture fills.</summary>
/// <param name="embedding">[vocab, D].</param>
/// <param name="layers">The layers, first to last.</param>
/// <param name="head">Final norm and vocabulary projection.</param>
internal sealed class Decoder(WeightMatrix embedding, DecoderLayer[] layers, DecoderHead head)
{
    public ForwardResult Forward(Ops ops, Batch batch)
    {
        ops.Begin(batch);
        Tensor x = ops.Embed(embedding);                           // [T, D]
        for (int i = 0; i < layers.Length; i++)
        {
            x = layers[i].Forward(ops, x, i);                      // [T, D]
        }

        return head.Forward(ops, x);
    }
}
