namespace Jevons.Tokenization.ChatTemplates;

/// <summary>What kind of failure a <see cref="JinjaException"/> reports.</summary>
public enum JinjaErrorKind
{
    /// <summary>The template's text does not parse.</summary>
    Syntax,

    /// <summary>A name, attribute or element that does not exist was used in a way that needs a value.</summary>
    Undefined,

    /// <summary>An operation met a value that it does not accept: a wrong type, a wrong count of arguments, a division by zero.</summary>
    Operation,

    /// <summary>The sandbox forbids it: private attributes, methods that change their object.</summary>
    Forbidden,

    /// <summary>A budget of <see cref="RenderLimits"/> is spent.</summary>
    Limit,

    /// <summary>The template called <c>raise_exception</c>; the message is the template's own.</summary>
    Raised,
}
