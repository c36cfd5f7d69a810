namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>What an assignment or a loop assigns to. The cases are a closed set.</summary>
/// <param name="Position">Where it stands.</param>
internal abstract record Target(int Position)
{
    /// <summary>A variable.</summary>
    internal sealed record Variable(string Identifier, int Position) : Target(Position);

    /// <summary>An attribute of a namespace.</summary>
    internal sealed record NamespaceAttribute(string Identifier, string Member, int Position) : Target(Position);

    /// <summary>Several targets that share the elements of one value.</summary>
    internal sealed record Unpack(IReadOnlyList<Target> Parts, int Position) : Target(Position);
}
