using System.Text;
using System.Text.Json;

namespace Jevons.Formats;

/// <summary>
/// A model as Hugging Face stores it: a folder with <c>config.json</c> and, as far as they are there, safetensors weights,
/// generation settings and tokenizer files. Opening reads the configuration and the headers of the weights.
/// </summary>
public sealed class HuggingFaceFolder : IDisposable
{
    private const string ConfigFile = "config.json";
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    private HuggingFaceFolder(string path)
    {
        Path = path;
        Config = ConfigJson.Read(System.IO.Path.Combine(path, ConfigFile));
        GenerationConfig = ReadIfThere("generation_config.json");
        TokenizerConfig = ReadIfThere("tokenizer_config.json");
        TokenizerJsonPath = PathIfThere("tokenizer.json");
        TokenizerModelPath = PathIfThere("tokenizer.model");
        ChatTemplate = ReadChatTemplate();
        Weights = OpenWeights();
    }

    /// <summary>Path of the folder as given.</summary>
    public string Path { get; }

    /// <summary><c>config.json</c>.</summary>
    public ConfigJson Config { get; }

    /// <summary><c>generation_config.json</c>, or null.</summary>
    public ConfigJson? GenerationConfig { get; }

    /// <summary><c>tokenizer_config.json</c>, or null.</summary>
    public ConfigJson? TokenizerConfig { get; }

    /// <summary>Path of <c>tokenizer.json</c>, or null.</summary>
    public string? TokenizerJsonPath { get; }

    /// <summary>Path of the SentencePiece model <c>tokenizer.model</c>, or null.</summary>
    public string? TokenizerModelPath { get; }

    /// <summary>
    /// The chat template: <c>chat_template.jinja</c>, else the entry of <c>chat_template.json</c>, else that of
    /// <c>tokenizer_config.json</c> (of several named ones the one named "default"); null when there is none.
    /// </summary>
    public string? ChatTemplate { get; }

    /// <summary>The safetensors weights, or null when the folder has none.</summary>
    public Checkpoint? Weights { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="path">A folder that holds <c>config.json</c>.</param>
    /// <returns>The open folder.</returns>
    /// <exception cref="InvalidDataException">A file of the folder is damaged or missing.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static HuggingFaceFolder Open(string path) => File.Exists(System.IO.Path.Combine(path, ConfigFile))
        ? new HuggingFaceFolder(path)
        : throw BadFile.Because(path, "the folder has no config.json, so it is no Hugging Face model");

    /// <summary>The weights.</summary>
    /// <returns><see cref="Weights"/>.</returns>
    /// <exception cref="InvalidDataException">The folder has none.</exception>
    public Checkpoint RequireWeights()
    {
        if (Weights is not null)
        {
            return Weights;
        }

        bool hasPickles = Directory.EnumerateFiles(Path, "*.bin").Any();
        throw BadFile.Because(
            Path,
            $"the folder has no {SingleFile} and no {IndexFile}"
            + (hasPickles ? "; its .bin files are pickles, which run code when read: convert them to safetensors" : ""));
    }

    /// <summary>Closes the weights.</summary>
    public void Dispose() => Weights?.Dispose();

    /// <summary>True for the name of the file that <see cref="Open"/> reads the weights of a folder from.</summary>
    internal static bool IsWeightsOf(string folder, string name)
    {
        if (!File.Exists(System.IO.Path.Combine(folder, ConfigFile)))
        {
            return false;
        }

        string weights = File.Exists(System.IO.Path.Combine(folder, SingleFile)) ? SingleFile : IndexFile;
        return string.Equals(name, weights, StringComparison.Ordinal);
    }

    private string? PathIfThere(string name)
    {
        string path = System.IO.Path.Combine(Path, name);
        return File.Exists(path) ? path : null;
    }

    private ConfigJson? ReadIfThere(string name) => PathIfThere(name) is { } path ? ConfigJson.Read(path) : null;

    private string? ReadChatTemplate()
    {
        if (PathIfThere("chat_template.jinja") is { } jinja)
        {
            return Encoding.UTF8.GetString(BoundedFile.Read(jinja).Span);
        }

        return TemplateIn(ReadIfThere("chat_template.json")) ?? TemplateIn(TokenizerConfig);
    }

    private static string? TemplateIn(ConfigJson? json)
    {
        const string key = "chat_template";
        if (json?.ElementOrNull(key) is not { } element)
        {
            return null;
        }

        return element.ValueKind == JsonValueKind.Array ? json.GetNamedOrNull(key, "default", "template") : json.GetString(key);
    }

    private Checkpoint? OpenWeights()
    {
        if (PathIfThere(SingleFile) is { } single)
        {
            return SafetensorsFile.Open(single);
        }

        if (PathIfThere(IndexFile) is { } index)
        {
            return SafetensorsShards.Open(index);
        }

        return null;
    }
}
