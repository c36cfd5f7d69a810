namespace Jevons.Formats;

/// <summary>What <see cref="ModelPath.Open"/> found: a GGUF file, or safetensors with or without a Hugging Face configuration.</summary>
public sealed class OpenedModel : IDisposable
{
    private readonly Checkpoint? _loose;

    internal OpenedModel(string path, GgufFile gguf)
    {
        Path = path;
        Gguf = gguf;
    }

    internal OpenedModel(string path, HuggingFaceFolder folder)
    {
        Path = path;
        Folder = folder;
    }

    internal OpenedModel(string path, Checkpoint loose)
    {
        Path = path;
        _loose = loose;
    }

    /// <summary>Path as given.</summary>
    public string Path { get; }

    /// <summary>The GGUF file, or null.</summary>
    public GgufFile? Gguf { get; }

    /// <summary>The Hugging Face folder, or null.</summary>
    public HuggingFaceFolder? Folder { get; }

    /// <summary>The tensors; null for a folder without weights. All that a safetensors file without a configuration has.</summary>
    public Checkpoint? Weights => Gguf ?? Folder?.Weights ?? _loose;

    /// <summary>Closes all files.</summary>
    public void Dispose()
    {
        Gguf?.Dispose();
        Folder?.Dispose();
        _loose?.Dispose();
    }
}
