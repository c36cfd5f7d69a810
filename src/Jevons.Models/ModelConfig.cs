namespace Jevons.Models;

/// <summary>What every architecture has in common; each architecture's own record adds its own values.</summary>
public abstract record ModelConfig
{
    /// <summary>Architecture as llama.cpp names it: llama, qwen2, qwen3, deepseek2.</summary>
    public required string Architecture { get; init; }

    /// <summary>Rows of the embedding table.</summary>
    public required int VocabSize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Decoder layers, without the multi-token-prediction layers.</summary>
    public required int NumLayers { get; init; }

    /// <summary>Query heads.</summary>
    public required int NumHeads { get; init; }

    /// <summary>Width of the dense feed-forward.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Positions that the model was trained for, scaling included.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Epsilon of every RMSNorm.</summary>
    public required float RmsNormEps { get; init; }

    /// <summary>Checks the sizes that every architecture has.</summary>
    /// <param name="file">File to name in errors.</param>
    /// <exception cref="InvalidDataException">A size is out of range.</exception>
    private protected void CheckCommon(string file)
    {
        ConfigChecks.Positive(file, "vocabulary size", VocabSize);
        ConfigChecks.Positive(file, "hidden size", HiddenSize);
        ConfigChecks.Layers(file, NumLayers);
        ConfigChecks.Positive(file, "number of heads", NumHeads);
        ConfigChecks.Positive(file, "intermediate size", IntermediateSize);
        ConfigChecks.Positive(file, "context length", ContextLength);
        ConfigChecks.Require(RmsNormEps is >= 0 and <= float.MaxValue, file, $"epsilon of the norms is {RmsNormEps}, expected a number of at least 0");
    }
}
