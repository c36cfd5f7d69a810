namespace Jevons.Cli;

/// <summary>What a chat begins with.</summary>
internal sealed record ChatStart
{
    /// <summary>What was written for MODEL.</summary>
    public required string Model { get; init; }

    /// <summary>The instruction for the whole conversation, or null.</summary>
    public string? System { get; init; }

    /// <summary>What becomes of thinking.</summary>
    public ThinkMode Think { get; init; }

    /// <summary>Whether times and counts follow each answer.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>A conversation to go on with, or null.</summary>
    public Conversation? Resumed { get; init; }
}
