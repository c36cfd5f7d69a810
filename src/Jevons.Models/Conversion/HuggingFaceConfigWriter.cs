using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>Writes the config.json from which <see cref="ModelLoader"/> and transformers read the configuration that a GGUF file has.</summary>
internal static class HuggingFaceConfigWriter
{
    private const double SameDivisor = 1e-4;

    /// <summary>config.json of a GGUF file.</summary>
    public static byte[] Write(GgufFile file, ModelConfig config, TensorType type)
    {
        ArrayBufferWriter<byte> buffer = new();
        JsonWriterOptions options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (Utf8JsonWriter json = new(buffer, options))
        {
            json.WriteStartObject();
            switch (config)
            {
                case DenseConfig dense:
                    Dense(json, file, dense);
                    break;
                case DeepSeekConfig deepSeek:
                    DeepSeek(json, file, deepSeek);
                    break;
                default:
                    throw new ArgumentException($"no config.json for architecture {config.Architecture}", nameof(config));
            }

            TokenId(json, file, "bos_token_id");
            TokenId(json, file, "eos_token_id");
            json.WriteString("torch_dtype", type switch
            {
                TensorType.F32 => "float32",
                TensorType.F16 => "float16",
                _ => "bfloat16",
            });
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Dense(Utf8JsonWriter json, GgufFile file, DenseConfig config)
    {
        string title = config.Architecture switch
        {
            "llama" => "Llama",
            "qwen2" => "Qwen2",
            _ => "Qwen3",
        };
        Common(json, title, config.Architecture, config, config.TieWordEmbeddings);
        json.WriteNumber("num_key_value_heads", config.NumKvHeads);
        json.WriteNumber("head_dim", config.HeadDim);
        if (config.Architecture != "qwen2")
        {
            json.WriteBoolean("attention_bias", file.Contains("blk.0.attn_q.bias"));
        }

        Rope(json, file, config.Rope, mscaleAllDim: null);
    }

    private static void DeepSeek(Utf8JsonWriter json, GgufFile file, DeepSeekConfig config)
    {
        RouterShape router = config.Router;
        bool isV3 = router.Scoring == RouterScoring.Sigmoid;
        Common(json, isV3 ? "DeepseekV3" : "DeepseekV2", isV3 ? "deepseek_v3" : "deepseek_v2", config, config.TieWordEmbeddings);
        json.WriteNumber("num_key_value_heads", config.NumHeads);
        if (config.QLoraRank is int rank)
        {
            json.WriteNumber("q_lora_rank", rank);
        }
        else
        {
            json.WriteNull("q_lora_rank");
        }

        json.WriteNumber("kv_lora_rank", config.KvLoraRank);
        json.WriteNumber("qk_nope_head_dim", config.QkNopeHeadDim);
        json.WriteNumber("qk_rope_head_dim", config.QkRopeHeadDim);
        json.WriteNumber("v_head_dim", config.VHeadDim);
        json.WriteNumber("first_k_dense_replace", config.FirstKDenseReplace);
        json.WriteNumber("moe_layer_freq", config.MoeLayerFreq);
        if (config.NumRoutedExperts > 0)
        {
            json.WriteNumber("moe_intermediate_size", config.MoeIntermediateSize);
            json.WriteNumber("n_routed_experts", config.NumRoutedExperts);
            json.WriteNumber("n_shared_experts", config.NumSharedExperts);
            json.WriteNumber("num_experts_per_tok", router.TopK);
            json.WriteNumber("n_group", router.NumGroups);
            json.WriteNumber("topk_group", router.TopKGroups);
            json.WriteString("topk_method", isV3 ? "noaux_tc" : router.NumGroups > 1 ? "group_limited_greedy" : "greedy");
            json.WriteString("scoring_func", isV3 ? "sigmoid" : "softmax");
            json.WriteBoolean("norm_topk_prob", router.NormTopKProb);
            json.WriteNumber("routed_scaling_factor", router.RoutedScalingFactor);
        }

        if (config.NumDraftLayers > 0)
        {
            json.WriteNumber("num_nextn_predict_layers", config.NumDraftLayers);
        }

        json.WriteBoolean("attention_bias", value: false);

        // GGUF keeps 0.1 * mscale_all_dim and nothing of mscale, which equals it in all released models.
        double? logMultiplier = file.Metadata.GetDoubleOrNull(config.Architecture + ".rope.scaling.yarn_log_multiplier");
        Rope(json, file, config.Rope, Math.Round((logMultiplier ?? 0) * 10, 6));
    }

    private static void Common(Utf8JsonWriter json, string title, string type, ModelConfig config, bool isTied)
    {
        json.WriteStartArray("architectures");
        json.WriteStringValue(title + "ForCausalLM");
        json.WriteEndArray();
        json.WriteString("model_type", type);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("vocab_size", config.VocabSize);
        json.WriteNumber("hidden_size", config.HiddenSize);
        json.WriteNumber("intermediate_size", config.IntermediateSize);
        json.WriteNumber("num_hidden_layers", config.NumLayers);
        json.WriteNumber("num_attention_heads", config.NumHeads);
        json.WriteNumber("max_position_embeddings", config.ContextLength);
        json.WriteNumber("rms_norm_eps", config.RmsNormEps);
        json.WriteBoolean("tie_word_embeddings", isTied);
    }

    private static void Rope(Utf8JsonWriter json, GgufFile file, RopeConfig rope, double? mscaleAllDim)
    {
        json.WriteNumber("rope_theta", rope.Theta);
        if (rope.FreqDivisors is { } divisors)
        {
            Llama3(json, file, rope, divisors);
        }
        else if (rope.Scaling is RopeScaling.Linear or RopeScaling.Yarn)
        {
            bool isYarn = rope.Scaling == RopeScaling.Yarn;
            json.WriteStartObject("rope_scaling");
            json.WriteString("rope_type", isYarn ? "yarn" : "linear");
            json.WriteString("type", isYarn ? "yarn" : "linear");
            json.WriteNumber("factor", rope.Factor);
            if (isYarn)
            {
                json.WriteNumber("original_max_position_embeddings", (long)rope.OriginalContext);
                json.WriteNumber("beta_fast", rope.BetaFast);
                json.WriteNumber("beta_slow", rope.BetaSlow);
                if (mscaleAllDim is double allDim)
                {
                    json.WriteNumber("mscale", allDim);
                    json.WriteNumber("mscale_all_dim", allDim);
                }
                else if (rope.MagnitudeMultiplier != 1)
                {
                    json.WriteNumber("attention_factor", new RopeTable(rope).Magnitude);
                }
            }

            json.WriteEndObject();
        }
    }

    // GGUF keeps the divisors of the frequencies; the parameters that give them are looked for among those that models use.
    private static void Llama3(Utf8JsonWriter json, GgufFile file, RopeConfig rope, IReadOnlyList<float> divisors)
    {
        RopeConfig plain = rope with { FreqDivisors = null, Scaling = RopeScaling.None, Factor = 1 };
        double factor = divisors.Max();
        for (int exponent = 4; exponent <= 20; exponent++)
        {
            RopeConfig candidate = plain with { Scaling = RopeScaling.Llama3, Factor = factor, OriginalContext = 1 << exponent };
            if (Gives(plain, candidate, divisors))
            {
                json.WriteStartObject("rope_scaling");
                json.WriteString("rope_type", "llama3");
                json.WriteNumber("factor", factor);
                json.WriteNumber("low_freq_factor", candidate.LowFreqFactor);
                json.WriteNumber("high_freq_factor", candidate.HighFreqFactor);
                json.WriteNumber("original_max_position_embeddings", 1 << exponent);
                json.WriteEndObject();
                return;
            }
        }

        throw new InvalidDataException(
            $"{file.Path}: rope_freqs.weight is not what llama3 scaling gives (factors 1 and 4, an original context that is a power of two), "
            + "so config.json cannot say it");
    }

    private static bool Gives(RopeConfig plain, RopeConfig scaled, IReadOnlyList<float> divisors)
    {
        ReadOnlySpan<double> before = new RopeTable(plain).Frequencies;
        ReadOnlySpan<double> after = new RopeTable(scaled).Frequencies;
        for (int i = 0; i < divisors.Count; i++)
        {
            if (i >= before.Length || Math.Abs((before[i] / after[i]) - divisors[i]) > SameDivisor * divisors[i])
            {
                return false;
            }
        }

        return true;
    }

    private static void TokenId(Utf8JsonWriter json, GgufFile file, string name)
    {
        if (file.Metadata.GetInt64OrNull("tokenizer.ggml." + name) is long id)
        {
            json.WriteNumber(name, id);
        }
    }
}
