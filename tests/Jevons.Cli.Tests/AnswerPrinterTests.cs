using Jevons.Inference;

namespace Jevons.Cli.Tests;

/// <summary>What a reader of each stream sees of thinking and answer.</summary>
public sealed class AnswerPrinterTests
{
    private static readonly (PartKind Kind, string Text)[] s_thoughtAndAnswer =
    [
        (PartKind.Thinking, "\n"), (PartKind.Thinking, "Let me"), (PartKind.Thinking, " see.\n\n"), (PartKind.Answer, "\n\n"), (PartKind.Answer, "Four"), (PartKind.Answer, "."),
    ];

    private static (string Out, string Error) Print(CliBench bench, string? think, params (PartKind Kind, string Text)[] parts)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        AnswerPrinter printer = new(bench.Context(output, error), ThinkOption.Parse(think));
        foreach ((PartKind kind, string text) in parts)
        {
            printer.Write(new TextEvent(0, kind, text, [1], []));
        }

        printer.Finish();
        return (output.ToString(), error.ToString());
    }

    [Fact]
    public void Terminal_ShowsThinkingGreyBetweenMarks()
    {
        using CliBench bench = new() { IsOutTerminal = true, IsErrorTerminal = true };
        Assert.Equal(
            ("\e[90mThinking...\e[0m\n\e[90mLet me\e[0m\e[90m see.\e[0m\n\e[90m...done thinking.\e[0m\n\nFour.\n", ""),
            Print(bench, null, s_thoughtAndAnswer));
    }

    [Fact]
    public void NoColor_ShowsThinkingPlainBetweenMarks()
    {
        using CliBench bench = new() { IsOutTerminal = true, IsErrorTerminal = true, Variables = { ["NO_COLOR"] = "1" } };
        Assert.Equal(("Thinking...\nLet me see.\n...done thinking.\n\nFour.\n", ""), Print(bench, "show", s_thoughtAndAnswer));
    }

    [Fact]
    public void Hidden_CountsOnALineThatIsRemoved()
    {
        using CliBench bench = new() { IsOutTerminal = true, IsErrorTerminal = true };
        Assert.Equal(("Four.\n", "\rthinking, 0 ms, 1 token\e[K\r\e[K"), Print(bench, "hide", s_thoughtAndAnswer));
    }

    [Fact]
    public void Pipe_GetsTheAnswerAlone()
    {
        using CliBench bench = new();
        Assert.Equal(("Four.\n", ""), Print(bench, null, s_thoughtAndAnswer));
    }

    [Fact]
    public void Pipe_ThinkingThatWasAskedForGoesToStandardError()
    {
        using CliBench bench = new();
        Assert.Equal(("Four.\n", "Thinking...\nLet me see.\n...done thinking.\n\n"), Print(bench, "show", s_thoughtAndAnswer));
    }

    [Fact]
    public void CutOffThinking_SaysSo()
    {
        using CliBench bench = new() { IsOutTerminal = true, Variables = { ["NO_COLOR"] = "1" } };
        Assert.Equal(("Thinking...\nLet me\n...thinking was cut off.\n", ""), Print(bench, "show", (PartKind.Thinking, "Let me")));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Four", "Four\n")]
    public void ThinkingFoundOutLate_IsSaidWhereSomethingWasWritten(string written, string shown)
    {
        using CliBench bench = new();
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        AnswerPrinter printer = new(bench.Context(output, error), ThinkMode.Off);
        printer.Write(new TextEvent(0, PartKind.Answer, written, [1], []));
        printer.Write(new ReclassifiedEvent(0));
        printer.Write(new TextEvent(0, PartKind.Answer, "Five", [1], []));
        printer.Finish();
        Assert.Equal(shown + "Five\n", output.ToString());
        Assert.Equal(written.Length > 0, error.ToString().Contains("was the model's thinking", StringComparison.Ordinal));
    }

    [Fact]
    public void Screen_NeverGetsControlSequencesOfTheModel_APipeGetsTheBytes()
    {
        using CliBench screen = new() { IsOutTerminal = true };
        Assert.Equal("\uFFFD[2Jhi\n", Print(screen, null, (PartKind.Answer, "\e[2Jhi")).Out);
        using CliBench pipe = new();
        Assert.Equal("\e[2Jhi\n", Print(pipe, null, (PartKind.Answer, "\e[2Jhi")).Out);
    }
}
