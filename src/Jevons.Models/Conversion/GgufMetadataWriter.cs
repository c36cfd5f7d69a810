using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Writes the metadata that llama.cpp's converter writes for a configuration: general.* and {arch}.*; the tokenizer's part
/// belongs to whoever read the tokenizer.
/// </summary>
public static class GgufMetadataWriter
{
    private const uint QuantizationVersion = 2;

    /// <summary>Metadata of a converted model, without its tokenizer.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="title">What the model is called.</param>
    /// <param name="type">F32, F16 or BF16, for general.file_type.</param>
    /// <param name="keepDraft">True when the file holds the multi-token-prediction layer.</param>
    /// <returns>Metadata in llama.cpp's order.</returns>
    public static GgufMetadata Create(ModelConfig config, ModelTitle title, TensorType type, bool keepDraft)
    {
        string a = config.Architecture;
        GgufMetadata metadata = new();
        metadata.Set("general.architecture", GgufValue.Of(a));
        metadata.Set("general.type", GgufValue.Of("model"));
        metadata.Set("general.name", GgufValue.Of(title.Name));
        SetText(metadata, "general.basename", title.Basename);
        SetText(metadata, "general.size_label", title.SizeLabel);
        int drafts = keepDraft && config is DeepSeekConfig d ? d.NumDraftLayers : 0;
        Set(metadata, a + ".block_count", config.NumLayers + drafts);
        Set(metadata, a + ".context_length", config.ContextLength);
        Set(metadata, a + ".embedding_length", config.HiddenSize);
        Set(metadata, a + ".feed_forward_length", config.IntermediateSize);
        Set(metadata, a + ".attention.head_count", config.NumHeads);
        switch (config)
        {
            case DenseConfig dense:
                Dense(metadata, a, dense);
                break;
            case DeepSeekConfig deepSeek:
                DeepSeek(metadata, a, deepSeek, drafts);
                break;
            default:
                throw new ArgumentException($"no GGUF metadata for architecture {a}", nameof(config));
        }

        Set(metadata, "general.file_type", FileType(type));
        metadata.Set("general.quantization_version", GgufValue.Of(QuantizationVersion));
        return metadata;
    }

    private static int FileType(TensorType type) => type switch
    {
        TensorType.F32 => 0,
        TensorType.F16 => 1,
        TensorType.BF16 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "conversion writes F32, F16 or BF16"),
    };

    private static void Dense(GgufMetadata metadata, string a, DenseConfig config)
    {
        Set(metadata, a + ".attention.head_count_kv", config.NumKvHeads);
        Rope(metadata, a, config.Rope);
        if (config.Rope.Scaling == RopeScaling.Yarn)
        {
            // GGUF's factor multiplies the usual magnitude 0.1 ln(s) + 1.
            double factor = new RopeTable(config.Rope).Magnitude / RopeTable.YarnMscale(config.Rope.Factor, 1);
            if (Math.Abs(factor - 1) > 1e-6)
            {
                SetFloat(metadata, a + ".rope.scaling.attn_factor", factor);
            }
        }

        SetFloat(metadata, a + ".attention.layer_norm_rms_epsilon", config.RmsNormEps);
        if (a != "qwen2" || config.HeadDim != config.HiddenSize / config.NumHeads)
        {
            Set(metadata, a + ".attention.key_length", config.HeadDim);
            Set(metadata, a + ".attention.value_length", config.HeadDim);
        }

        if (a == "llama")
        {
            Set(metadata, a + ".vocab_size", config.VocabSize);
            Set(metadata, a + ".rope.dimension_count", config.Rope.Dim);
        }
        else if (config.Rope.Dim != config.HeadDim)
        {
            Set(metadata, a + ".rope.dimension_count", config.Rope.Dim);
        }
    }

    private static void DeepSeek(GgufMetadata metadata, string a, DeepSeekConfig config, int drafts)
    {
        // Latent attention is one key-value head of [latent | rope] to llama.cpp; the *_mla keys hold the expanded sizes.
        Set(metadata, a + ".attention.head_count_kv", 1);
        Rope(metadata, a, config.Rope);
        SetFloat(metadata, a + ".attention.layer_norm_rms_epsilon", config.RmsNormEps);
        if (config.NumRoutedExperts > 0)
        {
            Experts(metadata, a, config);
        }

        Set(metadata, a + ".attention.key_length", config.KvLoraRank + config.QkRopeHeadDim);
        Set(metadata, a + ".attention.value_length", config.KvLoraRank);
        Set(metadata, a + ".leading_dense_block_count", config.FirstKDenseReplace);
        Set(metadata, a + ".vocab_size", config.VocabSize);
        if (config.QLoraRank is int rank)
        {
            Set(metadata, a + ".attention.q_lora_rank", rank);
        }

        Set(metadata, a + ".attention.kv_lora_rank", config.KvLoraRank);
        Set(metadata, a + ".attention.key_length_mla", config.QkNopeHeadDim + config.QkRopeHeadDim);
        Set(metadata, a + ".attention.value_length_mla", config.VHeadDim);
        Set(metadata, a + ".rope.dimension_count", config.QkRopeHeadDim);
        if (config.Rope is { Scaling: RopeScaling.Yarn, MscaleAllDim: double allDim })
        {
            SetFloat(metadata, a + ".rope.scaling.yarn_log_multiplier", 0.1 * allDim);
        }

        if (drafts > 0)
        {
            Set(metadata, a + ".nextn_predict_layers", drafts);
        }
    }

    private static void Experts(GgufMetadata metadata, string a, DeepSeekConfig config)
    {
        RouterShape router = config.Router;
        Set(metadata, a + ".expert_count", config.NumRoutedExperts);
        Set(metadata, a + ".expert_used_count", router.TopK);
        Set(metadata, a + ".expert_group_count", router.NumGroups);
        Set(metadata, a + ".expert_group_used_count", router.TopKGroups);
        Set(metadata, a + ".expert_gating_func", router.Scoring == RouterScoring.Sigmoid ? 2 : 1);
        Set(metadata, a + ".expert_feed_forward_length", config.MoeIntermediateSize);
        Set(metadata, a + ".expert_shared_count", config.NumSharedExperts);
        SetFloat(metadata, a + ".expert_weights_scale", router.RoutedScalingFactor);
        metadata.Set(a + ".expert_weights_norm", GgufValue.Of(router.NormTopKProb));
    }

    private static void Rope(GgufMetadata metadata, string a, RopeConfig rope)
    {
        if (rope.Scaling is RopeScaling.Linear or RopeScaling.Yarn)
        {
            metadata.Set(a + ".rope.scaling.type", GgufValue.Of(rope.Scaling == RopeScaling.Yarn ? "yarn" : "linear"));
            SetFloat(metadata, a + ".rope.scaling.factor", rope.Factor);
        }

        if (rope.Scaling == RopeScaling.Yarn)
        {
            Set(metadata, a + ".rope.scaling.original_context_length", (int)rope.OriginalContext);
            SetFloat(metadata, a + ".rope.scaling.yarn_beta_fast", rope.BetaFast);
            SetFloat(metadata, a + ".rope.scaling.yarn_beta_slow", rope.BetaSlow);
        }

        SetFloat(metadata, a + ".rope.freq_base", rope.Theta);
    }

    private static void SetText(GgufMetadata metadata, string key, string? value)
    {
        if (value is not null)
        {
            metadata.Set(key, GgufValue.Of(value));
        }
    }

    private static void Set(GgufMetadata metadata, string key, int value) => metadata.Set(key, GgufValue.Of((uint)value));

    private static void SetFloat(GgufMetadata metadata, string key, double value) => metadata.Set(key, GgufValue.Of((float)value));
}
