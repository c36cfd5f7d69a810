namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>Names that have a meaning in the body of a macro.</summary>
[Flags]
internal enum SpecialNames
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary><c>caller</c>: the body of the call block.</summary>
    Caller = 1,

    /// <summary><c>varargs</c>: positional arguments beyond the parameters.</summary>
    Variable = 2,

    /// <summary><c>kwargs</c>: named arguments beyond the parameters.</summary>
    Keywords = 4,
}
