using Jevons.Formats;
using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>From config.json and from GGUF metadata: one table per format.</summary>
public sealed partial record DenseConfig
{
    /// <summary>Reads a config.json of model_type llama, qwen2 or qwen3.</summary>
    /// <param name="config">The file.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">A value is missing, of the wrong type or not supported.</exception>
    public static DenseConfig FromHuggingFace(ConfigJson config)
    {
        int hidden = config.GetInt("hidden_size");
        int heads = config.GetInt("num_attention_heads");
        int headDim = config.GetIntOrNull("head_dim") ?? hidden / Math.Max(heads, 1);
        if ((config.GetStringOrNull("hidden_act") ?? "silu") is not ("silu" or "swish"))
        {
            throw config.Wrong("hidden_act", "silu");
        }

        if (config.GetBoolOrNull("use_sliding_window") == true)
        {
            throw config.Wrong("use_sliding_window", "false: sliding-window attention is not supported");
        }

        return new DenseConfig
        {
            Architecture = config.GetString("model_type"),
            VocabSize = config.GetInt("vocab_size"),
            HiddenSize = hidden,
            NumLayers = config.GetInt("num_hidden_layers"),
            NumHeads = heads,
            NumKvHeads = config.GetIntOrNull("num_key_value_heads") ?? heads,
            HeadDim = headDim,
            IntermediateSize = config.GetInt("intermediate_size"),
            ContextLength = config.GetInt("max_position_embeddings"),
            RmsNormEps = (float)(config.GetDoubleOrNull("rms_norm_eps") ?? 1e-6),
            Rope = HuggingFaceRope.Read(config, headDim),
            RopeLayout = RopeLayout.Half,
            TieWordEmbeddings = config.GetBoolOrNull("tie_word_embeddings") ?? false,
        }.Checked(config.File);
    }

    /// <summary>Reads GGUF metadata of architecture llama, qwen2 or qwen3.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">A value is missing, of the wrong type or not supported.</exception>
    public static DenseConfig FromGguf(GgufFile file)
    {
        GgufMetadata metadata = file.Metadata;
        string architecture = metadata.GetString("general.architecture");
        int hidden = metadata.GetInt32(architecture + ".embedding_length");
        int layers = metadata.GetInt32(architecture + ".block_count");
        ConfigChecks.Layers(metadata.File, layers);
        int heads = Uniform(metadata, architecture + ".attention.head_count", layers) ?? throw new InvalidDataException(
            $"{metadata.File}: key {architecture}.attention.head_count is missing");
        int headDim = metadata.GetInt32OrNull(architecture + ".attention.key_length") ?? hidden / Math.Max(heads, 1);
        int context = metadata.GetInt32(architecture + ".context_length");
        return new DenseConfig
        {
            Architecture = architecture,
            VocabSize = GgufVocabulary.Size(file, architecture),
            HiddenSize = hidden,
            NumLayers = layers,
            NumHeads = heads,
            NumKvHeads = Uniform(metadata, architecture + ".attention.head_count_kv", layers) ?? heads,
            HeadDim = headDim,
            IntermediateSize = Uniform(metadata, architecture + ".feed_forward_length", layers) ?? throw new InvalidDataException(
                $"{metadata.File}: key {architecture}.feed_forward_length is missing"),
            ContextLength = context,
            RmsNormEps = metadata.GetSingle(architecture + ".attention.layer_norm_rms_epsilon"),
            Rope = GgufRope.Read(file, architecture, headDim, context),
            RopeLayout = architecture == "llama" ? RopeLayout.Interleaved : RopeLayout.Half,
            TieWordEmbeddings = !file.Contains("output.weight"),
        }.Checked(metadata.File);
    }

    private static int? Uniform(GgufMetadata metadata, string key, int layers)
    {
        int[]? values = metadata.GetInt32PerLayerOrNull(key, layers);
        if (values is { Length: > 0 } && Array.Exists(values, v => v != values[0]))
        {
            throw new InvalidDataException($"{metadata.File}: key {key} differs between layers, which is not supported");
        }

        return values is { Length: > 0 } ? values[0] : null;
    }

    private DenseConfig Checked(string file)
    {
        CheckCommon(file);
        ConfigChecks.Positive(file, "head dimension", HeadDim);
        ConfigChecks.Positive(file, "key-value heads", NumKvHeads);
        ConfigChecks.Positive(file, "heads times head dimension", (long)NumHeads * HeadDim);
        ConfigChecks.Require(NumHeads % NumKvHeads == 0, file, $"{NumHeads} query heads are no multiple of {NumKvHeads} key-value heads");
        ConfigChecks.Require(
            Rope.Dim > 0 && Rope.Dim <= HeadDim && Rope.Dim % 2 == 0, file, $"{Rope.Dim} rotated dimensions do not fit heads of {HeadDim}");
        ConfigChecks.Rope(file, Rope);
        return this;
    }
}
