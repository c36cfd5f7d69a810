namespace Jevons.Training;

/// <summary>One key of a training configuration: the table of keys is the schema, the documentation and the check at once.</summary>
/// <param name="Path">Dotted path, such as optimizer.lr.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Default">Its value when it is not given, as it would be written; null when it must be given or may be absent.</param>
/// <param name="Description">One sentence.</param>
public sealed record ConfigKey(string Path, ConfigKind Kind, string? Default, string Description)
{
    /// <summary>The only texts that are allowed; empty for any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Smallest number that is allowed.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Largest number that is allowed.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>True when there is no default and it must be given.</summary>
    public bool IsRequired { get; init; }
}
