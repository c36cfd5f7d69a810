namespace Jevons.Kernels.Quantization;

/// <summary>What a weight does in a layer, as far as the mixes tell weights apart.</summary>
internal enum TensorRole
{
    /// <summary>Everything that always gets the default type.</summary>
    Other,

    /// <summary>The matrix from the last hidden state to logits.</summary>
    Output,

    /// <summary>The matrix of token embeddings.</summary>
    TokenEmbedding,

    /// <summary>Values: alone, fused with queries and keys, or MLA's joint key and value matrix.</summary>
    Value,

    /// <summary>Keys.</summary>
    Key,

    /// <summary>The matrix after attention.</summary>
    AttentionOutput,

    /// <summary>The matrix back to the hidden size: dense, shared or routed.</summary>
    FeedForwardDown,
}
