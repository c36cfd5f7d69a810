using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>
/// DeepSeek-V2, V2-Lite, V3 and R1: latent attention, dense layers first, mixtures of experts after, and the
/// multi-token-prediction layer where the checkpoint has one (arXiv 2405.04434, 2412.19437, 2501.12948).
/// </summary>
public sealed class DeepSeekModel : LanguageModel
{
    private readonly DeepSeekConfig _config;
    private readonly Decoder _decoder;
    private readonly MultiTokenPrediction? _draft;

    internal DeepSeekModel(DeepSeekConfig config, WeightSource weights)
    {
        _config = config;
        RotaryEmbedding rope = new(config.Rope, config.RopeLayout);
        WeightMatrix embedding = weights.Matrix("model.embed_tokens.weight", config.VocabSize, config.HiddenSize);
        Output = weights.Output(config.VocabSize, config.HiddenSize, config.TieWordEmbeddings);
        DecoderLayer[] layers = new DecoderLayer[config.NumLayers];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = Layer(weights, rope, i);
        }

        _decoder = new Decoder(embedding, layers, new DecoderHead(weights.Vector("model.norm.weight", config.HiddenSize), config.RmsNormEps, Output));
        string prefix = $"model.layers.{config.NumLayers}";
        if (config.NumDraftLayers > 0 && weights.Has(prefix + ".eh_proj.weight"))
        {
            _draft = new MultiTokenPrediction(
                embedding,
                weights.Vector(prefix + ".enorm.weight", config.HiddenSize),
                weights.Vector(prefix + ".hnorm.weight", config.HiddenSize),
                weights.Linear(prefix + ".eh_proj", config.HiddenSize, 2 * config.HiddenSize),
                Layer(weights, rope, config.NumLayers),
                new DecoderHead(weights.Vector(prefix + ".shared_head.norm.weight", config.HiddenSize), config.RmsNormEps, Output),
                config.NumLayers,
                config.RmsNormEps);
        }
    }

    /// <inheritdoc/>
    public override Linear Output { get; }

    /// <inheritdoc/>
    public override ModelConfig Config => _config;

    /// <inheritdoc/>
    public override bool HasDraft => _draft is not null;

    /// <inheritdoc/>
    public override IReadOnlyList<KvLayerLayout> CacheLayouts(KvType type) => [.. Enumerable.Repeat(
        KvLayerLayout.Latent(type, _config.KvLoraRank, _config.QkRopeHeadDim), _config.NumLayers + (HasDraft ? 1 : 0))];

    /// <inheritdoc/>
    public override ForwardResult Forward(Ops ops, Batch batch) => _decoder.Forward(ops, batch);

    /// <inheritdoc/>
    public override Tensor DraftInput(ForwardResult result) => _config.DraftReadsHiddenAfterNorm ? result.Hidden : result.Residual;

    /// <inheritdoc/>
    public override ForwardResult Draft(Ops ops, Batch batch, Tensor hidden) => _draft is null
        ? base.Draft(ops, batch, hidden)
        : _draft.Forward(ops, batch, hidden);

    private DecoderLayer Layer(WeightSource weights, RotaryEmbedding rope, int layer)
    {
        string prefix = $"model.layers.{layer}";
        return new DecoderLayer(
            weights.Vector(prefix + ".input_layernorm.weight", _config.HiddenSize),
            Attention(weights, rope, prefix + ".self_attn"),
            weights.Vector(prefix + ".post_attention_layernorm.weight", _config.HiddenSize),
            _config.IsMixture(layer)
                ? Mixture(weights, prefix + ".mlp")
                : weights.FeedForward(prefix + ".mlp", _config.IntermediateSize, _config.HiddenSize),
            _config.RmsNormEps);
    }

    private MultiHeadLatentAttention Attention(WeightSource weights, RotaryEmbedding rope, string prefix)
    {
        LatentAttentionShape shape = _config.AttentionShape;
        int queries = shape.NumHeads * (shape.NopeDim + shape.RopeDim);
        float eps = _config.RmsNormEps;
        LatentQuery query = _config.QLoraRank is int rank
            ? new LatentQuery(
                weights.Linear(prefix + ".q_a_proj", rank, _config.HiddenSize),
                weights.Vector(prefix + ".q_a_layernorm.weight", rank),
                weights.Linear(prefix + ".q_b_proj", queries, rank),
                eps)
            : new LatentQuery(weights.Linear(prefix + ".q_proj", queries, _config.HiddenSize), null, null, eps);
        return new MultiHeadLatentAttention(
            query,
            weights.Linear(prefix + ".kv_a_proj_with_mqa", shape.LatentDim + shape.RopeDim, _config.HiddenSize),
            weights.Vector(prefix + ".kv_a_layernorm.weight", shape.LatentDim),
            weights.Latent(prefix, shape),
            weights.Linear(prefix + ".o_proj", _config.HiddenSize, shape.NumHeads * shape.ValueDim),
            eps,
            rope,
            shape);
    }

    private MixtureOfExperts Mixture(WeightSource weights, string prefix)
    {
        int experts = _config.NumRoutedExperts;
        string biasName = prefix + ".gate.e_score_correction_bias";
        WeightVector? bias = weights.Has(biasName) ? weights.Vector(biasName, experts)
            : _config.Router.Scoring == RouterScoring.Sigmoid ? new WeightVector(new float[experts])
            : null;
        return new MixtureOfExperts(
            weights.Linear(prefix + ".gate", experts, _config.HiddenSize),
            bias,
            _config.Router,
            weights.Experts(prefix + ".experts", experts, _config.MoeIntermediateSize, _config.HiddenSize),
            _config.NumSharedExperts == 0
                ? null
                : weights.FeedForward(prefix + ".shared_experts", _config.NumSharedExperts * _config.MoeIntermediateSize, _config.HiddenSize));
    }
}
