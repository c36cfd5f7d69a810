namespace Jevons.Hub;

/// <summary>Where to look for models. Folders that do not exist are passed over.</summary>
public sealed record DiscoveryFolders
{
    /// <summary>Folders of the user's own, such as <c>./models</c>.</summary>
    public IReadOnlyList<string> Folders { get; init; } = [];

    /// <summary>The model store, or null.</summary>
    public ModelStore? Store { get; init; }

    /// <summary>Ollama's models folder (<c>OLLAMA_MODELS</c>, else <c>~/.ollama/models</c>), or null.</summary>
    public string? Ollama { get; init; }

    /// <summary>
    /// The Hugging Face cache (<c>HF_HUB_CACHE</c>, else <c>$HF_HOME/hub</c>, else <c>~/.cache/huggingface/hub</c>), or null.
    /// </summary>
    public string? HuggingFace { get; init; }
}
