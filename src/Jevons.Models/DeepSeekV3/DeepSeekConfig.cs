using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Values of DeepSeek-V2, V2-Lite, V3 and R1 (config.json of deepseek_v2 and deepseek_v3; GGUF deepseek2).</summary>
public sealed partial record DeepSeekConfig : ModelConfig
{
    /// <summary>Rank of the query's low-rank pair, or null for a plain q_proj (V2-Lite).</summary>
    public required int? QLoraRank { get; init; }

    /// <summary>Rank of the latent that keys and values come from: what is cached.</summary>
    public required int KvLoraRank { get; init; }

    /// <summary>Dimensions of a query or key head without rotation.</summary>
    public required int QkNopeHeadDim { get; init; }

    /// <summary>Rotated dimensions of a query head, and of the key part that all heads share.</summary>
    public required int QkRopeHeadDim { get; init; }

    /// <summary>Dimensions of a value head.</summary>
    public required int VHeadDim { get; init; }

    /// <summary>Layers with a dense feed-forward before the mixture layers begin.</summary>
    public required int FirstKDenseReplace { get; init; }

    /// <summary>Every how many layers a mixture stands, from layer 0 on; 1 in all released models.</summary>
    public required int MoeLayerFreq { get; init; }

    /// <summary>Width inside a routed expert.</summary>
    public required int MoeIntermediateSize { get; init; }

    /// <summary>Routed experts; 0 for a model without mixture layers.</summary>
    public required int NumRoutedExperts { get; init; }

    /// <summary>Shared experts, fused to one feed-forward of NumSharedExperts * MoeIntermediateSize.</summary>
    public required int NumSharedExperts { get; init; }

    /// <summary>Scoring, groups, top-k, scaling.</summary>
    public required RouterShape Router { get; init; }

    /// <summary>Rotary embedding of the rope part.</summary>
    public required RopeConfig Rope { get; init; }

    /// <summary>How the stored weights pair the rotated dimensions.</summary>
    public required RopeLayout RopeLayout { get; init; }

    /// <summary>
    /// (nope + rope)^(-1/2), times g(factor, mscale_all_dim)^2 under YaRN: 0.13523378 for V3 and R1.
    /// </summary>
    public required float SoftmaxScale { get; init; }

    /// <summary>Multi-token-prediction layers (num_nextn_predict_layers).</summary>
    public required int NumDraftLayers { get; init; }

    /// <summary>
    /// Which h the draft layer reads: after the main model's final norm (the released V3 and R1 weights) or before it.
    /// </summary>
    public bool DraftReadsHiddenAfterNorm { get; init; } = true;

    /// <summary>True when the vocabulary projection is the embedding table.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Heads, dimensions and scale of latent attention.</summary>
    public LatentAttentionShape AttentionShape => new(NumHeads, QkNopeHeadDim, QkRopeHeadDim, KvLoraRank, VHeadDim, SoftmaxScale);

    /// <summary>True when a layer's feed-forward is a mixture of experts.</summary>
    /// <param name="layer">Layer number.</param>
    /// <returns>Whether it routes.</returns>
    public bool IsMixture(int layer) => NumRoutedExperts > 0 && layer >= FirstKDenseReplace && layer % MoeLayerFreq == 0;
}
