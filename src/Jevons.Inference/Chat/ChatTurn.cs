namespace Jevons.Inference;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">system, user, assistant or tool.</param>
/// <param name="Content">What was said; of an assistant only the answer, without its thinking.</param>
public sealed record ChatTurn(string Role, string Content)
{
    /// <summary>An instruction for the whole conversation.</summary>
    /// <param name="content">The text.</param>
    /// <returns>The turn.</returns>
    public static ChatTurn System(string content) => new("system", content);

    /// <summary>What the person said.</summary>
    /// <param name="content">The text.</param>
    /// <returns>The turn.</returns>
    public static ChatTurn User(string content) => new("user", content);

    /// <summary>What the model answered.</summary>
    /// <param name="content">The text.</param>
    /// <returns>The turn.</returns>
    public static ChatTurn Assistant(string content) => new("assistant", content);
}
