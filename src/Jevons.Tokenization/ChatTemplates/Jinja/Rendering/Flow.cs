namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>How a statement ends.</summary>
internal enum Flow
{
    /// <summary>The next statement follows.</summary>
    Next,

    /// <summary>The enclosing loop ends.</summary>
    Break,

    /// <summary>The enclosing loop goes on with its next item.</summary>
    Continue,
}
