using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The end of a decoder: the final norm and the projection onto the vocabulary.</summary>
/// <param name="norm">[D].</param>
/// <param name="eps">Epsilon of the norm.</param>
/// <param name="output">[vocab, D]; the embedding table where the two are tied.</param>
internal sealed class DecoderHead(WeightVector norm, float eps, Linear output)
{
    public ForwardResult Forward(Ops ops, Tensor x)                            // [T, D]
    {
        Tensor hidden = ops.RmsNorm(x, norm, eps);                             // [T, D]
        Tensor logits = ops.Linear(ops.OutputRows(hidden), output);            // [O, vocab]
        return new ForwardResult(x, hidden, logits);
    }
}
