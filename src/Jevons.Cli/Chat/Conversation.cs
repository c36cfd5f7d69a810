using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>What was said so far, with the system instruction before it.</summary>
internal sealed class Conversation
{
    private readonly List<Message> _messages = [];

    /// <summary>The model, as a path or name that opens it again.</summary>
    public string Model { get; set; } = "";

    /// <summary>The instruction for the whole conversation; empty for none.</summary>
    public string System { get; set; } = "";

    /// <summary>The turns, oldest first; a person's and the model's take turns.</summary>
    public IReadOnlyList<Message> Messages => _messages;

    /// <summary>The last turn, or null.</summary>
    public Message? Last => _messages.Count == 0 ? null : _messages[^1];

    /// <summary>Adds a turn.</summary>
    public void Add(Message message) => _messages.Add(message);

    /// <summary>Forgets the turns, not the instruction.</summary>
    public void Clear() => _messages.Clear();

    /// <summary>Takes the last turn back if it has a role.</summary>
    /// <param name="role">The role.</param>
    /// <returns>The turn, or null when the last one is another's.</returns>
    public Message? TakeBack(string role)
    {
        if (Last is not { } last || last.Role != role)
        {
            return null;
        }

        _messages.RemoveAt(_messages.Count - 1);
        return last;
    }

    /// <summary>Makes a session's turns the same.</summary>
    /// <param name="session">The session.</param>
    public void CopyTo(ChatSession session)
    {
        session.Clear();
        if (System.Length > 0)
        {
            session.Add(ChatTurn.System(System));
        }

        foreach (Message message in _messages)
        {
            session.Add(message.Turn);
        }
    }
}
