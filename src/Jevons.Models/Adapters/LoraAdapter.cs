using Jevons.Formats;
using Jevons.Kernels.Quantization;

namespace Jevons.Models;

/// <summary>
/// A LoRA adapter (arXiv 2106.09685): a PEFT folder (adapter_config.json, adapter_model.safetensors) or a GGUF adapter, read
/// into memory. Immutable.
/// </summary>
public sealed class LoraAdapter
{
    private const string PeftPrefix = "base_model.model.";

    private LoraAdapter(string path, IReadOnlyList<LoraModule> modules, bool hasGgufRows)
    {
        Path = path;
        Modules = modules;
        HasGgufRows = hasGgufRows;
    }

    /// <summary>Path as it was opened.</summary>
    public string Path { get; }

    /// <summary>The layers that it changes.</summary>
    public IReadOnlyList<LoraModule> Modules { get; }

    /// <summary>True when B's rows of llama's query and key layers stand in GGUF's order.</summary>
    internal bool HasGgufRows { get; }

    /// <summary>Reads an adapter.</summary>
    /// <param name="path">A folder as PEFT writes it, or a .gguf file.</param>
    /// <returns>The adapter.</returns>
    /// <exception cref="FileNotFoundException">There is nothing at that path, or the folder lacks one of its two files.</exception>
    /// <exception cref="InvalidDataException">It is damaged, no LoRA adapter, or of a variant that is not supported.</exception>
    public static LoraAdapter Open(string path)
    {
        if (Directory.Exists(path))
        {
            return OpenFolder(path);
        }

        using GgufFile file = GgufFile.Open(path);
        file.VerifyComplete();
        return FromGguf(path, file);
    }

    private static LoraAdapter OpenFolder(string path)
    {
        using PeftFolder folder = PeftFolder.Open(path);
        ConfigJson config = folder.Config;
        string type = config.GetString("peft_type");
        if (!string.Equals(type, "LORA", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"{config.File}: peft_type is \"{type}\", expected \"LORA\"");
        }

        foreach (string variant in (string[])["use_dora", "use_qalora", "use_bdlora", "lora_bias", "fan_in_fan_out"])
        {
            if (config.GetBoolOrNull(variant) == true)
            {
                throw new InvalidDataException($"{config.File}: {variant} is true, which is not supported; plain and rank-stabilised LoRA are");
            }
        }

        foreach (string pattern in (string[])["rank_pattern", "alpha_pattern"])
        {
            if (config.GetObjectOrNull(pattern)?.Keys.Any() == true)
            {
                throw new InvalidDataException($"{config.File}: {pattern} is set, which is not supported; expected one rank and one alpha for all layers");
            }
        }

        double alpha = config.GetDouble("lora_alpha");
        bool stabilised = config.GetBoolOrNull("use_rslora") == true;
        return new LoraAdapter(path, Pairs(folder.Weights, PeftPart, alpha, stabilised), hasGgufRows: false);
    }

    private static LoraAdapter FromGguf(string path, GgufFile file)
    {
        string type = file.Metadata.GetStringOrNull("general.type") ?? "model";
        string kind = file.Metadata.GetStringOrNull("adapter.type") ?? "none";
        if (type != "adapter" || kind != "lora")
        {
            throw new InvalidDataException($"{path}: general.type is \"{type}\" and adapter.type \"{kind}\", expected \"adapter\" and \"lora\"");
        }

        double alpha = file.Metadata.GetDouble("adapter.lora.alpha");
        return new LoraAdapter(path, Pairs(file, GgufPart, alpha, stabilised: false), hasGgufRows: true);
    }

    private static IReadOnlyList<LoraModule> Pairs(
        Checkpoint file, Func<string, (string? Module, bool IsA)> part, double alpha, bool stabilised)
    {
        Dictionary<string, (TensorInfo? A, TensorInfo? B)> found = new(StringComparer.Ordinal);
        List<string> order = [];
        foreach (TensorInfo tensor in file.Tensors)
        {
            (string? module, bool isA) = part(tensor.Name);
            if (module is null || tensor.Shape.Length != 2 || !Dequantize.IsSupported(tensor.Type))
            {
                throw new InvalidDataException(
                    $"{file.Path}: {tensor.Name} ({tensor.TypeName} [{string.Join(", ", tensor.Shape)}]) is no matrix of a linear layer's adapter; expected lora_A and lora_B pairs");
            }

            if (!found.TryGetValue(module, out (TensorInfo? A, TensorInfo? B) pair))
            {
                order.Add(module);
            }

            found[module] = isA ? (tensor, pair.B) : (pair.A, tensor);
        }

        return order.Count == 0
            ? throw new InvalidDataException($"{file.Path}: no adapter matrices in it; expected lora_A and lora_B pairs")
            : [.. order.Select(module => Pair(file, module, found[module], alpha, stabilised))];
    }

    private static LoraModule Pair(Checkpoint file, string module, (TensorInfo? A, TensorInfo? B) pair, double alpha, bool stabilised)
    {
        (TensorInfo? a, TensorInfo? b) = pair;
        if (a is null || b is null || a.Shape[0] != b.Shape[1])
        {
            throw new InvalidDataException(
                $"{file.Path}: {module} has A {Shape(a)} and B {Shape(b)}; expected [rank, in] and [out, rank]");
        }

        int rank = checked((int)a.Shape[0]);
        float scale = (float)(alpha / (stabilised ? Math.Sqrt(rank) : rank));
        return new LoraModule(module, a.Name, Read(a), b.Name, Read(b), rank, checked((int)a.Shape[1]), checked((int)b.Shape[0]), scale);

        static string Shape(TensorInfo? tensor) => tensor is null ? "missing" : $"[{string.Join(", ", tensor.Shape)}]";
    }

    private static float[] Read(TensorInfo tensor)
    {
        float[] values = new float[tensor.Shape[0] * tensor.Shape[1]];
        Dequantize.Row(tensor.Type, tensor.Data.AsSpan(), values);
        return values;
    }

    // base_model.model.<module>.lora_A[.<adapter name>].weight
    private static (string? Module, bool IsA) PeftPart(string name)
    {
        int at = name.IndexOf(".lora_", StringComparison.Ordinal);
        bool fits = name.StartsWith(PeftPrefix, StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)
            && at > PeftPrefix.Length && name[at + 6] is 'A' or 'B';
        return fits ? (name[PeftPrefix.Length..at], name[at + 6] == 'A') : (null, false);
    }

    // <gguf name>.weight.lora_a
    private static (string? Module, bool IsA) GgufPart(string name)
    {
        const string weight = ".weight";
        int at = name.LastIndexOf(".lora_", StringComparison.Ordinal);
        string? module = at > 0 && name[(at + 6)..] is "a" or "b" ? GgufNames.ToCheckpoint(name[..at]) : null;
        return module is not null && module.EndsWith(weight, StringComparison.Ordinal) ? (module[..^weight.Length], name[^1] == 'a') : (null, false);
    }
}
