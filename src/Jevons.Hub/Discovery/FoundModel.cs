namespace Jevons.Hub;

/// <summary>A model that is already on this machine.</summary>
public sealed record FoundModel
{
    /// <summary>The name to show; for a model of the store, the name to use too.</summary>
    public required string Name { get; init; }

    /// <summary>What to open: a GGUF file (the first part of a split one; Ollama's have no ending) or a folder with config.json.</summary>
    public required string Path { get; init; }

    /// <summary>The size of its weights in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Where it was found.</summary>
    public required ModelSource Source { get; init; }

    /// <summary>Which model of the R1 family this is, or an empty text where its name does not tell for certain.</summary>
    public string Description { get; init; } = "";
}
