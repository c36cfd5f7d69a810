namespace Jevons.Cli;

/// <summary>What a chat does after a command.</summary>
internal enum ChatStep
{
    /// <summary>Ask for the next line.</summary>
    Ask,

    /// <summary>Answer the conversation as it stands.</summary>
    Answer,

    /// <summary>End.</summary>
    Leave,
}
