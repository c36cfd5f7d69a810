namespace Jevons.Cli;

/// <summary>Text from the command line or from standard input.</summary>
internal static class TextInput
{
    /// <summary>The text that was given, else all of standard input.</summary>
    /// <param name="context">Standard input.</param>
    /// <param name="given">What the command line has, or null.</param>
    /// <param name="what">What is missing when a person sits at the terminal, for the message.</param>
    /// <returns>The text, unchanged.</returns>
    /// <exception cref="UsageException">Nothing was given and standard input is a terminal.</exception>
    public static string Read(CliContext context, string? given, string what)
    {
        if (given is not null)
        {
            return given;
        }

        return context.IsInTerminal
            ? throw new UsageException($"{what} is missing: give it as an argument or pipe it into the command")
            : context.In.ReadToEnd();
    }

    /// <summary>The lines of standard input that hold something.</summary>
    /// <param name="context">Standard input, and when to stop.</param>
    /// <returns>Number (from 1) and text of each line.</returns>
    public static IEnumerable<(int Number, string Line)> Lines(CliContext context)
    {
        int number = 0;
        while (context.In.ReadLine() is { } line)
        {
            number++;
            context.Cancellation.ThrowIfCancellationRequested();
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, line);
            }
        }
    }

    /// <summary>Writes text as it is; on a terminal a line break follows text that ends without one.</summary>
    /// <param name="context">Standard output.</param>
    /// <param name="text">The text.</param>
    public static void WriteExactly(CliContext context, string text)
    {
        context.Out.Write(text);
        if (context.IsOutTerminal && !text.EndsWith('\n'))
        {
            context.Out.WriteLine();
        }
    }
}
