using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// A loaded decoder: its configuration, its weights (borrowed from the mapped file), and its forward pass, written once
/// against <see cref="Ops"/>. Immutable and thread-safe; the state of a pass lives in the Ops.
/// </summary>
public abstract class LanguageModel
{
    /// <summary>The configuration.</summary>
    public abstract ModelConfig Config { get; }

    /// <summary>The vocabulary projection; its matrix is the embedding table where the two are tied.</summary>
    public abstract Linear Output { get; }

    /// <summary>True when the model has a multi-token-prediction layer that can draft.</summary>
    public virtual bool HasDraft => false;

    /// <summary>Layout of each layer's pages, the draft layer's last.</summary>
    /// <param name="type">Element type of the cache.</param>
    /// <returns>One layout a layer.</returns>
    public abstract IReadOnlyList<KvLayerLayout> CacheLayouts(KvType type);

    /// <summary>Runs the batch and extends its sequences' cache.</summary>
    /// <param name="ops">The operations.</param>
    /// <param name="batch">Tokens, positions, pages.</param>
    /// <returns>Hidden rows and logits.</returns>
    public abstract ForwardResult Forward(Ops ops, Batch batch);

    /// <summary>The rows of a pass that <see cref="Draft"/> reads; copy them before the next pass begins.</summary>
    /// <param name="result">A pass of the main model.</param>
    /// <returns>h [T, D].</returns>
    public virtual Tensor DraftInput(ForwardResult result) => result.Hidden;

    /// <summary>
    /// Runs the multi-token-prediction layer (DeepSeek-V3, arXiv 2412.19437, section 2.2): row i of the batch holds token
    /// t(i+1) at position i of the draft layer's own cache, row i of <paramref name="hidden"/> the main model's h(i); the
    /// logits are for token t(i+2).
    /// </summary>
    /// <param name="ops">The operations.</param>
    /// <param name="batch">The next tokens.</param>
    /// <param name="hidden">The main model's rows [T, D] from <see cref="DraftInput"/>, in memory of the caller's.</param>
    /// <returns>The draft layer's hidden rows and logits.</returns>
    /// <exception cref="NotSupportedException">The model has no such layer.</exception>
    public virtual ForwardResult Draft(Ops ops, Batch batch, Tensor hidden) =>
        throw new NotSupportedException($"a {Config.Architecture} model without a multi-token-prediction layer cannot draft");
}
