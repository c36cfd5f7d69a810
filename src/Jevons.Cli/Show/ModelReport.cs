using System.Text.Json;
using Jevons.Inference;
using Jevons.Models;
using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary>Everything that <c>show</c> says of a model, from its header alone.</summary>
internal sealed record ModelReport
{
    /// <summary>The description.</summary>
    public required ModelDescription Model { get; init; }

    /// <summary>Path of the file or folder.</summary>
    public required string Path { get; init; }

    /// <summary>The weights; null for a folder without any.</summary>
    public required WeightSummary? Weights { get; init; }

    /// <summary>Context and memory.</summary>
    public required ContextPlan Plan { get; init; }

    /// <summary>The tokenizer; null when there is none or it cannot be used.</summary>
    public required Tokenizer? Tokenizer { get; init; }

    /// <summary>Why the tokenizer cannot be used, or null.</summary>
    public required string? TokenizerProblem { get; init; }

    private ModelConfig Config => Model.Config;

    /// <summary>Reads a model.</summary>
    /// <param name="path">A file or folder.</param>
    /// <param name="model">Its description.</param>
    /// <param name="context">Positions to plan for; null for what fits.</param>
    /// <param name="cacheType">Element type of the cache.</param>
    /// <returns>The report.</returns>
    public static ModelReport Read(string path, ModelDescription model, int? context, Kernels.KvType cacheType)
    {
        WeightSummary? weights = model.File.Weights is { } tensors ? WeightSummary.Of(tensors, model.Config) : null;
        (Tokenizer? tokenizer, string? problem) = ReadTokenizer(model);
        return new ModelReport
        {
            Model = model,
            Path = path,
            Weights = weights,
            Tokenizer = tokenizer,
            TokenizerProblem = problem,
            Plan = ContextPlanner.Plan(
                model.Config,
                CacheLayouts.Of(model.Config, cacheType),
                cacheType,
                weights?.Bytes ?? 0,
                new EngineOptions { ContextLength = context, CacheType = cacheType }),
        };
    }

    /// <summary>Name and value of each line for people.</summary>
    /// <returns>The lines.</returns>
    public IEnumerable<string[]> Lines()
    {
        yield return ["name", Model.Name];
        yield return ["architecture", Config.Architecture];
        yield return ["parameters", Weights is null ? "no weights" : Counts(Weights)];
        yield return ["layers", $"{Config.NumLayers}, {Config.HiddenSize} wide, {HeadText()}"];
        if (Config is DeepSeekConfig { NumRoutedExperts: > 0 } moe)
        {
            yield return ["experts", $"{moe.Router.TopK} of {moe.NumRoutedExperts} a token, {moe.NumSharedExperts} shared"];
        }

        if (Weights is not null)
        {
            yield return ["weights", $"{Hub.ByteText.Of(Weights.Bytes)}: {string.Join(", ", Weights.Types.Select(t => $"{t.Type} {Hub.ByteText.Of(t.Bytes)} in {t.Tensors} tensor{(t.Tensors == 1 ? "" : "s")}"))}"];
            if (Weights.FirstMissing is { } missing)
            {
                yield return ["incomplete", $"tensor {missing} ends beyond the file; it can be shown, not run"];
            }
        }

        yield return ["context", $"{Config.ContextLength} tokens"];
        yield return ["tokenizer", TokenizerText()];
        yield return ["template", Model.TemplateSource is { } source ? TemplateFamily.Of(source) : "none"];
        yield return ["sampling", $"{SamplingText()} ({Model.SamplingDefaults.Reason})"];
        yield return ["memory", MemoryText()];
    }

    /// <summary>Writes the properties for machines.</summary>
    /// <param name="json">The writer, inside an object.</param>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Model.Name);
        json.WriteString("path", Path);
        json.WriteString("architecture", Config.Architecture);
        WriteWeights(json);
        json.WriteNumber("context_length", Config.ContextLength);
        json.WriteNumber("layers", Config.NumLayers);
        json.WriteNumber("hidden_size", Config.HiddenSize);
        json.WriteNumber("heads", Config.NumHeads);
        json.WriteNumber("vocab_size", Config.VocabSize);
        switch (Config)
        {
            case DenseConfig dense:
                json.WriteNumber("kv_heads", dense.NumKvHeads);
                json.WriteNumber("head_dim", dense.HeadDim);
                break;
            case DeepSeekConfig latent:
                json.WriteNumber("kv_lora_rank", latent.KvLoraRank);
                json.WriteNumber("experts", latent.NumRoutedExperts);
                json.WriteNumber("experts_per_token", latent.Router.TopK);
                json.WriteNumber("draft_layers", latent.NumDraftLayers);
                break;
            default:
                break;
        }

        WriteTokenizer(json);
        WriteSampling(json);
        json.WriteStartObject("memory");
        json.WriteNumber("context", Plan.ContextLength);
        json.WriteNumber("weights", Plan.WeightBytes);
        json.WriteNumber("cache", Plan.CacheBytes);
        json.WriteNumber("cache_per_token", Plan.CacheBytesPerToken);
        json.WriteString("cache_type", CacheName());
        json.WriteNumber("workspace", Plan.WorkspaceBytes);
        json.WriteNumber("total", TotalBytes());
        json.WriteNumber("available", Plan.MemoryBytes);
        json.WriteBoolean("fits", Plan.Fits);
        json.WriteEndObject();
    }

    private static (Tokenizer? Tokenizer, string? Problem) ReadTokenizer(ModelDescription model)
    {
        try
        {
            return (model.Tokenizer, null);
        }
        catch (InvalidDataException e)
        {
            return (null, e.Message);
        }
    }

    private static string Counts(WeightSummary weights) => ModelTitle.LabelOf(weights.Parameters)
        + (weights.ActiveParameters < weights.Parameters ? $", {ModelTitle.LabelOf(weights.ActiveParameters)} active a token" : "");

    private string HeadText() => Config switch
    {
        DenseConfig dense => $"{dense.NumHeads} query heads, {dense.NumKvHeads} key-value heads of {dense.HeadDim}",
        DeepSeekConfig latent => $"{latent.NumHeads} heads on a latent of {latent.KvLoraRank} + {latent.QkRopeHeadDim}",
        _ => $"{Config.NumHeads} heads",
    };

    private string TokenizerText() => TokenizerProblem is not null ? $"cannot be used: {TokenizerProblem}"
        : Tokenizer is null ? "none: the model takes token ids only"
        : $"{KindName(Tokenizer.Definition)}, {Tokenizer.VocabSize} tokens, "
            + (Tokenizer.AddBos && Tokenizer.BosId is int bos ? $"prompts begin with {TextOf(bos)}" : "no token before a prompt");

    private static string KindName(TokenizerDefinition definition) =>
        definition.Kind == TokenizerKind.ByteLevelBpe ? $"byte-level BPE ({definition.PreTokenizer})" : "SentencePiece BPE";

    private string TextOf(int id) => Tokenizer!.TryGetText(id, out string? text) ? text : "";

    private string SamplingText()
    {
        SamplingParams sampling = Model.SamplingDefaults.Sampling;
        string text = FormattableString.Invariant($"temperature {sampling.Temperature:0.##}, top-p {sampling.TopP:0.##}");
        return text + (sampling.TopK > 0 ? $", top-k {sampling.TopK}" : "")
            + (sampling.MinP > 0 ? FormattableString.Invariant($", min-p {sampling.MinP:0.##}") : "")
            + (sampling.TypicalP < 1 ? FormattableString.Invariant($", typical-p {sampling.TypicalP:0.##}") : "")
            + (sampling.XtcProbability > 0 ? FormattableString.Invariant($", XTC {sampling.XtcProbability:0.##} from {sampling.XtcThreshold:0.##}") : "");
    }

    private string MemoryText() =>
        $"{Hub.ByteText.Of(TotalBytes())} at a context of {Plan.ContextLength} ({Plan.Reason}): weights {Hub.ByteText.Of(Plan.WeightBytes)}, "
        + $"cache {Hub.ByteText.Of(Plan.CacheBytes)} ({CacheName()}, {Hub.ByteText.Of(Plan.CacheBytesPerToken)} a token), buffers {Hub.ByteText.Of(Plan.WorkspaceBytes)}; "
        + (Plan.Fits ? "" : "more than ") + $"{Hub.ByteText.Of(Plan.MemoryBytes)} on this machine";

    private string CacheName() => Plan.CacheType.ToString().ToLowerInvariant();

    private long TotalBytes() => Plan.WeightBytes + Plan.CacheBytes + Plan.WorkspaceBytes;

    private void WriteWeights(Utf8JsonWriter json)
    {
        if (Weights is null)
        {
            json.WriteNull("parameters");
            return;
        }

        json.WriteNumber("parameters", Weights.Parameters);
        json.WriteNumber("active_parameters", Weights.ActiveParameters);
        json.WriteStartObject("types");
        foreach (TypeShare type in Weights.Types)
        {
            json.WriteStartObject(type.Type);
            json.WriteNumber("tensors", type.Tensors);
            json.WriteNumber("elements", type.Elements);
            json.WriteNumber("bytes", type.Bytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("complete", Weights.FirstMissing is null);
        if (Weights.FirstMissing is { } missing)
        {
            json.WriteString("first_missing_tensor", missing);
        }
    }

    private void WriteTokenizer(Utf8JsonWriter json)
    {
        if (Tokenizer is null)
        {
            json.WriteNull("tokenizer");
        }
        else
        {
            json.WriteStartObject("tokenizer");
            json.WriteString("kind", Tokenizer.Definition.Kind == TokenizerKind.ByteLevelBpe ? "bpe" : "sentencepiece");
            json.WriteString("pre", Tokenizer.Definition.PreTokenizer);
            json.WriteNumber("tokens", Tokenizer.VocabSize);
            WriteId(json, "bos", Tokenizer.BosId);
            WriteId(json, "eos", Tokenizer.EosId);
            json.WriteBoolean("add_bos", Tokenizer.AddBos);
            json.WriteEndObject();
        }

        if (Model.TemplateSource is { } source)
        {
            json.WriteString("template", TemplateFamily.Of(source));
        }
        else
        {
            json.WriteNull("template");
        }

        json.WriteBoolean("thinks", Tokenizer is not null && Model.IsReasoning);
    }

    private static void WriteId(Utf8JsonWriter json, string name, int? id)
    {
        if (id is int known)
        {
            json.WriteNumber(name, known);
        }
    }

    private void WriteSampling(Utf8JsonWriter json)
    {
        SamplingParams sampling = Model.SamplingDefaults.Sampling;
        json.WriteStartObject("sampling");
        json.WriteNumber("temperature", sampling.Temperature);
        json.WriteNumber("top_p", sampling.TopP);
        json.WriteNumber("top_k", sampling.TopK);
        json.WriteNumber("min_p", sampling.MinP);
        json.WriteNumber("typical_p", sampling.TypicalP);
        json.WriteNumber("xtc_probability", sampling.XtcProbability);
        json.WriteNumber("xtc_threshold", sampling.XtcThreshold);
        json.WriteString("reason", Model.SamplingDefaults.Reason);
        json.WriteEndObject();
    }
}
