namespace Jevons.Models;

/// <summary>Qwen3 and R1-0528-Qwen3-8B (arXiv 2505.09388): grouped-query attention with normed query and key heads.</summary>
public sealed class Qwen3Model : DenseModel
{
    internal Qwen3Model(DenseConfig config, WeightSource weights)
        : base(config, (c, prefix, rope) => Attention(c, weights, prefix, rope), weights)
    {
    }

    private static NormedGroupedQueryAttention Attention(DenseConfig config, WeightSource weights, string prefix, RotaryEmbedding rope)
    {
        int queries = config.NumHeads * config.HeadDim;
        int keys = config.NumKvHeads * config.HeadDim;
        return new NormedGroupedQueryAttention(
            weights.Linear(prefix + ".q_proj", queries, config.HiddenSize),
            weights.Linear(prefix + ".k_proj", keys, config.HiddenSize),
            weights.Linear(prefix + ".v_proj", keys, config.HiddenSize),
            weights.Linear(prefix + ".o_proj", config.HiddenSize, queries),
            weights.Vector(prefix + ".q_norm.weight", config.HeadDim),
            weights.Vector(prefix + ".k_norm.weight", config.HeadDim),
            config.RmsNormEps,
            rope,
            config.AttentionShape);
    }
}
