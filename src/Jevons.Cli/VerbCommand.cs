using System.CommandLine;

namespace Jevons.Cli;

/// <summary>A command with examples, which its help shows.</summary>
/// <param name="name">The verb.</param>
/// <param name="description">What it does, in one plain sentence.</param>
/// <param name="examples">Command lines that work.</param>
internal sealed class VerbCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines that work.</summary>
    public IReadOnlyList<string> Examples => examples;
}
