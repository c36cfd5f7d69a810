namespace Jevons.Models;

/// <summary>Llama 2 and 3, SmolLM2, R1-Distill-Llama (arXiv 2302.13971, 2407.21783).</summary>
public sealed class LlamaModel : DenseModel
{
    internal LlamaModel(DenseConfig config, WeightSource weights)
        : base(config, (c, prefix, rope) => Attention(c, weights, prefix, rope), weights)
    {
    }

    private static GroupedQueryAttention Attention(DenseConfig config, WeightSource weights, string prefix, RotaryEmbedding rope)
    {
        int queries = config.NumHeads * config.HeadDim;
        int keys = config.NumKvHeads * config.HeadDim;
        return new GroupedQueryAttention(
            weights.Linear(prefix + ".q_proj", queries, config.HiddenSize),
            weights.Linear(prefix + ".k_proj", keys, config.HiddenSize),
            weights.Linear(prefix + ".v_proj", keys, config.HiddenSize),
            weights.Linear(prefix + ".o_proj", config.HiddenSize, queries),
            rope,
            config.AttentionShape);
    }
}
