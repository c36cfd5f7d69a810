using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>Builds a decoder from an opened GGUF file or Hugging Face folder. The file stays open for as long as the model is used.</summary>
public static class ModelLoader
{
    private static readonly string[] s_architectures = ["llama", "qwen2", "qwen3", "deepseek2"];

    /// <summary>Reads the configuration of a GGUF file from its header alone.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">The architecture is not supported, or a value is missing or wrong.</exception>
    public static ModelConfig ReadConfig(GgufFile file) => file.Metadata.GetString("general.architecture") switch
    {
        "llama" or "qwen2" or "qwen3" => DenseConfig.FromGguf(file),
        "deepseek2" => DeepSeekConfig.FromGguf(file),
        string other => throw Unknown(file.Path, "key general.architecture", other),
    };

    /// <summary>Reads the configuration of a Hugging Face folder from its config.json.</summary>
    /// <param name="config">config.json.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">The model type is not supported, or a value is missing or wrong.</exception>
    public static ModelConfig ReadConfig(ConfigJson config) => config.GetString("model_type") switch
    {
        "llama" or "qwen2" or "qwen3" => DenseConfig.FromHuggingFace(config),
        "deepseek_v2" or "deepseek_v3" => DeepSeekConfig.FromHuggingFace(config),
        string other => throw Unknown(config.File, "key model_type", other),
    };

    /// <summary>Builds the model of a GGUF file.</summary>
    /// <param name="file">The file, complete.</param>
    /// <param name="features">The instruction set that kernels may use.</param>
    /// <param name="activations">What activations are rounded to; Float32 dequantises and computes in f32: the definition.</param>
    /// <param name="adapters">Adapters for its linear layers, or null.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidDataException">A tensor is missing, cut off or of the wrong shape, or an adapter does not fit.</exception>
    public static LanguageModel Load(GgufFile file, CpuFeatures features, ActivationType activations, AdapterSet? adapters = null)
    {
        ModelConfig config = ReadConfig(file);
        file.VerifyComplete();
        adapters?.Begin(config, baseHasGgufRows: true);
        return Build(config, new GgufWeights(file, features, activations) { Adapters = adapters });
    }

    /// <summary>Builds the model of a Hugging Face folder.</summary>
    /// <param name="folder">The folder, with its weights.</param>
    /// <param name="features">The instruction set that kernels may use.</param>
    /// <param name="activations">What activations are rounded to; float weights meet f32 unless BFloat16 is asked for.</param>
    /// <param name="adapters">Adapters for its linear layers, or null.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidDataException">A tensor is missing, cut off or of the wrong shape, or an adapter does not fit.</exception>
    public static LanguageModel Load(HuggingFaceFolder folder, CpuFeatures features, ActivationType activations, AdapterSet? adapters = null)
    {
        ModelConfig config = ReadConfig(folder.Config);
        Checkpoint weights = folder.RequireWeights();
        weights.VerifyComplete();
        adapters?.Begin(config, baseHasGgufRows: false);
        return Build(config, new HuggingFaceWeights(weights, features, activations, ScaleBlock(folder.Config)) { Adapters = adapters });
    }

    /// <summary>Builds the model of an opened file or folder.</summary>
    /// <param name="opened">A GGUF file or a Hugging Face folder, with its weights.</param>
    /// <param name="features">The instruction set that kernels may use.</param>
    /// <param name="activations">What activations are rounded to.</param>
    /// <param name="adapters">Adapters for its linear layers, or null.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidDataException">A tensor is missing, cut off or of the wrong shape, or an adapter does not fit.</exception>
    public static LanguageModel Load(OpenedModel opened, CpuFeatures features, ActivationType activations, AdapterSet? adapters = null) =>
        opened.Gguf is { } gguf ? Load(gguf, features, activations, adapters) : Load(opened.Folder!, features, activations, adapters);

    /// <summary>Builds the model of a GGUF file or Hugging Face folder over f32 copies of its weights, which may be trained.</summary>
    /// <param name="opened">The file or folder, with its weights; not needed any more when this returns.</param>
    /// <param name="features">The instruction set that kernels may use.</param>
    /// <param name="gradients">Whether every parameter gets memory for its gradient.</param>
    /// <returns>The model and its parameters, which own the memory.</returns>
    /// <exception cref="InvalidDataException">A tensor is missing, cut off or of the wrong shape.</exception>
    public static (LanguageModel Model, ParameterStore Parameters) LoadTrainable(OpenedModel opened, CpuFeatures features, bool gradients)
    {
        ParameterStore parameters = new(features, gradients);
        if (opened.Gguf is { } file)
        {
            file.VerifyComplete();
            GgufWeights stored = new(file, features, ActivationType.Float32);
            return (Build(ReadConfig(file), new ParameterSource(stored, parameters, features)), parameters);
        }

        HuggingFaceFolder folder = opened.Folder!;
        Checkpoint weights = folder.RequireWeights();
        weights.VerifyComplete();
        HuggingFaceWeights source = new(weights, features, ActivationType.Float32, ScaleBlock(folder.Config));
        return (Build(ReadConfig(folder.Config), new ParameterSource(source, parameters, features)), parameters);
    }

    /// <summary>Rows and columns of an FP8 scale block (quantization_config.weight_block_size; 128 x 128 unless stated).</summary>
    internal static (int Rows, int Cols) ScaleBlock(ConfigJson config)
    {
        int[] block = config.GetObjectOrNull("quantization_config")?.GetIntsOrNull("weight_block_size") ?? [128, 128];
        return block is [> 0, > 0] ? (block[0], block[1]) : throw config.Wrong("quantization_config", "a weight_block_size of two positive numbers");
    }

    private static LanguageModel Build(ModelConfig config, WeightSource weights)
    {
        LanguageModel model = Create(config, weights);
        weights.Adapters?.RequireAllUsed();
        return model;
    }

    private static LanguageModel Create(ModelConfig config, WeightSource weights) => config switch
    {
        DenseConfig { Architecture: "llama" } c => new LlamaModel(c, weights),
        DenseConfig { Architecture: "qwen2" } c => new Qwen2Model(c, weights),
        DenseConfig { Architecture: "qwen3" } c => new Qwen3Model(c, weights),
        DeepSeekConfig c => new DeepSeekModel(c, weights),
        _ => throw new ArgumentException($"no model of architecture {config.Architecture}", nameof(config)),
    };

    private static InvalidDataException Unknown(string path, string key, string found) => new(
        $"{path}: {key} is \"{found}\", which is not supported; supported are {string.Join(", ", s_architectures)} (GGUF) and llama, qwen2, qwen3, deepseek_v2, deepseek_v3 (Hugging Face)");
}
