using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>A turn of a conversation as a person sees it and as it is saved.</summary>
/// <param name="Role">user or assistant.</param>
/// <param name="Content">What was said.</param>
/// <param name="Thinking">The thinking before it, empty where there was none. The model never gets it back.</param>
internal sealed record Message(string Role, string Content, string Thinking = "")
{
    /// <summary>Role of a person.</summary>
    public const string User = "user";

    /// <summary>Role of the model.</summary>
    public const string Assistant = "assistant";

    /// <summary>The turn as the model gets it.</summary>
    public ChatTurn Turn => new(Role, Content);
}
