using System.CommandLine;
using System.Globalization;
using Jevons.Inference;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary>The options that say how a model computes, the same on every verb that runs one.</summary>
internal sealed class ComputeOptions
{
    private readonly Option<bool> _exact = new("--exact")
    {
        Description = "Dequantises the weights and computes in f32 throughout: the definition, slower.",
    };

    private readonly Option<string> _activations = new("--activations")
    {
        Description = "Rounds what meets weights in bfloat16 to bfloat16 (bf16), twice as fast on processors with vdpbf16ps; int8 is the default and concerns quantised weights alone.",
        HelpName = "int8|bf16",
    };

    private readonly Option<string> _kv = new("--kv")
    {
        HelpName = "f32|f16|bf16|q8_0",
    };

    private readonly Option<string> _mla = new("--mla")
    {
        Description = "Forces one form of latent attention (DeepSeek models); prompts run expanded and answers absorbed unless given.",
        HelpName = "expanded|absorbed",
    };

    private readonly Option<string> _isa = new("--isa")
    {
        Description = "Narrows the kernels to an instruction set; the widest of this CPU unless given.",
        HelpName = "scalar|avx2|avx512|neon",
    };

    private readonly Option<string[]> _adapter = new("--adapter")
    {
        Description = "Runs the model with a LoRA adapter, a PEFT folder or a .gguf file; WEIGHT scales it; any number of times.",
        HelpName = "PATH[=WEIGHT]",
    };

    private readonly Option<int?> _threads = SharedOptions.Threads();

    private readonly KvType? _defaultKv;

    /// <summary>Makes the options.</summary>
    /// <param name="defaultKv">Type of the cache when none is named; null leaves it to the engine (f16, f32 with --exact).</param>
    public ComputeOptions(KvType? defaultKv = null)
    {
        _defaultKv = defaultKv;
        _kv.AcceptOnlyFromAmong("f32", "f16", "bf16", "q8_0");
        _kv.Description = $"Element type of the key-value cache; {(defaultKv is null ? "f16, or f32 with --exact," : "f32")} unless given.";
        _activations.AcceptOnlyFromAmong("int8", "bf16");
        _mla.AcceptOnlyFromAmong("expanded", "absorbed");
        _isa.AcceptOnlyFromAmong("scalar", "avx2", "avx512", "neon");
    }

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_exact);
        command.Options.Add(_activations);
        command.Options.Add(_kv);
        command.Options.Add(_mla);
        command.Options.Add(_adapter);
        AddMachineTo(command);
    }

    /// <summary>Adds the options that concern the machine and no model.</summary>
    /// <param name="command">The verb.</param>
    public void AddMachineTo(Command command)
    {
        command.Options.Add(_isa);
        command.Options.Add(_threads);
    }

    /// <summary>Whether --exact was given.</summary>
    public bool IsExact(ParseResult parse) => parse.GetValue(_exact);

    /// <summary>The form of latent attention that was asked for.</summary>
    public MlaMode Mla(ParseResult parse) => parse.GetValue(_mla) switch
    {
        "expanded" => MlaMode.Expanded,
        "absorbed" => MlaMode.Absorbed,
        _ => MlaMode.Auto,
    };

    /// <summary>How to load the model.</summary>
    /// <exception cref="UsageException">--isa names what this CPU does not have, or --exact and --activations contradict each other.</exception>
    public ModelOptions Model(ParseResult parse) => new()
    {
        Exact = IsExact(parse),
        Activations = Activations(parse),
        Features = parse.GetValue(_isa) is { } isa ? FeaturesOf(isa) : null,
        Adapters = [.. (parse.GetValue(_adapter) ?? []).Select(Adapter)],
    };

    /// <summary>How to run it: cache type, form, threads.</summary>
    public EngineOptions Engine(ParseResult parse) => new()
    {
        CacheType = parse.GetValue(_kv) is { } kv ? Enum.Parse<KvType>(kv, ignoreCase: true) : _defaultKv,
        Mla = Mla(parse),
        Threads = parse.GetValue(_threads),
    };

    private ActivationType Activations(ParseResult parse)
    {
        string? name = parse.GetValue(_activations);
        return name is not null && IsExact(parse)
            ? throw new UsageException($"--exact computes with f32 activations, --activations {name} rounds them; give one of the two")
            : name == "bf16" ? ActivationType.BFloat16 : ActivationType.Int8;
    }

    private static (string Path, float Weight) Adapter(string text)
    {
        int equals = text.LastIndexOf('=');
        if (equals < 0 || File.Exists(text) || Directory.Exists(text))
        {
            return (text, 1);
        }

        return float.TryParse(text[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out float weight) && float.IsFinite(weight)
            ? (text[..equals], weight)
            : throw new UsageException($"--adapter {text}: \"{text[(equals + 1)..]}\" is no weight; write PATH or PATH=0.5");
    }

    private static CpuFeatures FeaturesOf(string name)
    {
        Isa isa = Enum.Parse<Isa>(name, ignoreCase: true);
        return CpuFeatures.IsSupported(isa)
            ? CpuFeatures.For(isa)
            : throw new UsageException(
                $"--isa {name}: this CPU, or the runtime's settings, do not have it; there are {string.Join(", ", CpuFeatures.Supported()).ToLowerInvariant()}");
    }
}
