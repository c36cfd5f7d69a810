using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>What a forward pass returns; views into the workspace, valid until the next pass.</summary>
/// <param name="Residual">Residual stream before the final norm, every row of the batch [T, D].</param>
/// <param name="Hidden">The same after the final norm [T, D].</param>
/// <param name="Logits">Logits of the batch's output rows [O, vocab], in their order.</param>
public readonly record struct ForwardResult(Tensor Residual, Tensor Hidden, Tensor Logits);
