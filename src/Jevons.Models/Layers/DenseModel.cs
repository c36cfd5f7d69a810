using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The frame of the dense decoders: embedding, layers of attention and gated feed-forward, head.</summary>
public abstract class DenseModel : LanguageModel
{
    private readonly Decoder _decoder;

    private protected DenseModel(DenseConfig config, Func<DenseConfig, string, RotaryEmbedding, IAttention> attention, WeightSource weights)
    {
        Dense = config;
        RotaryEmbedding rope = new(config.Rope, config.RopeLayout);
        WeightMatrix embedding = weights.Matrix("model.embed_tokens.weight", config.VocabSize, config.HiddenSize);
        DecoderLayer[] layers = new DecoderLayer[config.NumLayers];
        for (int i = 0; i < layers.Length; i++)
        {
            string prefix = $"model.layers.{i}";
            layers[i] = new DecoderLayer(
                weights.Vector(prefix + ".input_layernorm.weight", config.HiddenSize),
                attention(config, prefix + ".self_attn", rope),
                weights.Vector(prefix + ".post_attention_layernorm.weight", config.HiddenSize),
                weights.FeedForward(prefix + ".mlp", config.IntermediateSize, config.HiddenSize),
                config.RmsNormEps);
        }

        Output = weights.Output(config.VocabSize, config.HiddenSize, config.TieWordEmbeddings);
        _decoder = new Decoder(
            embedding, layers, new DecoderHead(weights.Vector("model.norm.weight", config.HiddenSize), config.RmsNormEps, Output));
    }

    /// <inheritdoc/>
    public override Linear Output { get; }

    /// <inheritdoc/>
    public override ModelConfig Config => Dense;

    private protected DenseConfig Dense { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<KvLayerLayout> CacheLayouts(KvType type) => [.. Enumerable.Repeat(
        KvLayerLayout.MultiHead(type, Dense.NumKvHeads, Dense.HeadDim, Dense.HeadDim), Dense.NumLayers)];

    /// <inheritdoc/>
    public override ForwardResult Forward(Ops ops, Batch batch) => _decoder.Forward(ops, batch);
}
