using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>A chat as its commands see it.</summary>
/// <param name="running">The model.</param>
/// <param name="conversation">What was said so far.</param>
internal sealed class ChatState(RunningModel running, Conversation conversation)
{
    /// <summary>The model.</summary>
    public RunningModel Running => running;

    /// <summary>The engine's side of the conversation.</summary>
    public ChatSession Session { get; } = new(running.Model, running.Engine);

    /// <summary>What was said so far.</summary>
    public Conversation Conversation { get; set; } = conversation;

    /// <summary>What becomes of thinking.</summary>
    public ThinkMode Think { get; set; }

    /// <summary>Whether times and counts follow each answer.</summary>
    public bool IsVerbose { get; set; }

    /// <summary>The last answer, or null.</summary>
    public GenerationResult? LastResult { get; set; }

    /// <summary>Text that goes before the next message: files that were attached.</summary>
    public string Attached { get; set; } = "";

    /// <summary>What the next line begins with: a question that was taken back to be changed.</summary>
    public string NextLine { get; set; } = "";

    /// <summary>Tokens that the conversation takes as a prompt.</summary>
    public int PromptTokens()
    {
        Conversation.CopyTo(Session);
        return Session.Turns.Count == 0 ? 0 : running.Model.BuildPrompt(Session.Turns, Session.Prompt with { AddGenerationPrompt = false }).Tokens.Count;
    }
}
