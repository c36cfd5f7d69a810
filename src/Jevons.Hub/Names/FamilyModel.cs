namespace Jevons.Hub;

/// <summary>One model that has a short name: where its files are and what it takes to run it.</summary>
public sealed record FamilyModel
{
    /// <summary>The short name that is shown, such as <c>deepseek-r1:7b</c>.</summary>
    public required string ShortName { get; init; }

    /// <summary>Every short name that means this model, in lower case, <see cref="ShortName"/> among them.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>The model's own name, such as <c>DeepSeek-R1-Distill-Qwen-7B</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The repository of its GGUF files.</summary>
    public required string Repository { get; init; }

    /// <summary>The quantisation that is pulled when none is asked for.</summary>
    public string Quant { get; init; } = "Q4_K_M";

    /// <summary>The size of its files at <see cref="Quant"/> in bytes, to about 1 %; a pull asks the hub for the exact one.</summary>
    public required long Bytes { get; init; }

    /// <summary>Parameters in billions.</summary>
    public required double Billions { get; init; }

    /// <summary>Bytes that one position takes in an f16 cache: 2 * layers * (key + value width), or 2 * layers * 576 for MLA.</summary>
    public required long CacheBytesPerToken { get; init; }

    /// <summary>Distill, R1 itself, or a chat model.</summary>
    public required FamilyKind Kind { get; init; }

    /// <summary>The licence of the weights.</summary>
    public string Licence { get; init; } = "MIT";

    /// <summary>One line that says which model this is, and which it is not.</summary>
    public required string Description { get; init; }
}
