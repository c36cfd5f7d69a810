namespace Jevons.Tokenization.ChatTemplates;

/// <summary>What becomes of <see cref="ChatMessage.Thinking"/> of earlier turns.</summary>
public enum PastThinking
{
    /// <summary>
    /// The template gets it as the field <c>reasoning_content</c> and shows what its model wants to see: templates of the
    /// R1 family show nothing, and no template finds it in the content.
    /// </summary>
    TemplateDecides,

    /// <summary>The template does not get it.</summary>
    Dropped,

    /// <summary>It stands in the content, between think tags; templates of the R1 family cut it off again.</summary>
    InContent,
}
