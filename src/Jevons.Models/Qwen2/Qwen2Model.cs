namespace Jevons.Models;

/// <summary>Qwen2 and 2.5, R1-Distill-Qwen (arXiv 2407.10671): Llama with biases on query, key and value.</summary>
public sealed class Qwen2Model : DenseModel
{
    internal Qwen2Model(DenseConfig config, WeightSource weights)
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
