using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>What a forward pass returns; views into the workspace, valid until the next pass.</summary>
/// <param name="Hidden">Residual stream after the final norm, every row of the batch [T, D] (the draft layer reads it).</param>
/// <param name="Logits">Logits of the batch's output rows [O, vocab], in their order.</param>
public readonly record struct ForwardResult(Tensor Hidden, Tensor Logits);
