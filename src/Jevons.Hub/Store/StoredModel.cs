namespace Jevons.Hub;

/// <summary>One model of the store: what it is called, where it lies and where it came from.</summary>
public sealed record StoredModel
{
    /// <summary>The name in full, <c>org/repo:variant[@revision]</c>; it works wherever a model is expected.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The first 12 hexadecimal digits of the SHA-256 of its file, or of the list of its files' hashes if there are several.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>What to open: a GGUF file (the first part of a split one) or a folder with config.json.</summary>
    public required string Path { get; init; }

    /// <summary>The sum of its files in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>When it was pulled.</summary>
    public required DateTimeOffset Modified { get; init; }

    /// <summary>One line that says which model this is.</summary>
    public required string Description { get; init; }

    /// <summary>The repository it came from.</summary>
    public required string Repository { get; init; }

    /// <summary>The quantisation label, file stem, or <see cref="ModelName.Safetensors"/>.</summary>
    public required string Variant { get; init; }

    /// <summary>The branch or tag that was asked for, or null for the default branch.</summary>
    public string? Revision { get; init; }

    /// <summary>The commit that it was pulled from, or null where the hub did not say.</summary>
    public string? Commit { get; init; }

    /// <summary>The licence in the model card, or null.</summary>
    public string? Licence { get; init; }

    /// <summary>Its files.</summary>
    public required IReadOnlyList<StoredFile> Files { get; init; }

    /// <summary>False when a file is missing or has another size than was recorded.</summary>
    public required bool IsComplete { get; init; }
}
