using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Values of the dense grouped-query decoders: llama, qwen2, qwen3.</summary>
public sealed partial record DenseConfig : ModelConfig
{
    /// <summary>Key-value heads; a divisor of the query heads.</summary>
    public required int NumKvHeads { get; init; }

    /// <summary>Dimensions of a head.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Rotary embedding: base, scaling, rotated dimensions.</summary>
    public required RopeConfig Rope { get; init; }

    /// <summary>How the stored weights pair the rotated dimensions.</summary>
    public required RopeLayout RopeLayout { get; init; }

    /// <summary>True when the vocabulary projection is the embedding table.</summary>
    public required bool TieWordEmbeddings { get; init; }

    /// <summary>Heads, dimensions and 1/sqrt(HeadDim).</summary>
    public AttentionShape AttentionShape => new(NumHeads, NumKvHeads, HeadDim, HeadDim, 1f / MathF.Sqrt(HeadDim));
}
