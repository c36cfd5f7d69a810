namespace Jevons.Cli.Tests;

/// <summary>The keys of the line editor, and where it puts what on the screen.</summary>
public sealed class LineEditorTests
{
    private static LineResult Read(FakeKeyboard keyboard, LineHistory? history = null, string start = "")
    {
        LineTerminal terminal = new()
        {
            Keyboard = keyboard,
            Output = TextWriter.Null,
            Width = () => 40,
            Completions = before => [.. new[] { "/save ", "/set ", "/stats" }.Where(c => c.StartsWith(before, StringComparison.Ordinal))],
        };
        return new LineEditor(terminal, history ?? new LineHistory(null)).ReadLine(new LinePrompt(">>> "), start, TestContext.Current.CancellationToken);
    }

    private static string Typed(string keys) => Read(new FakeKeyboard().Type(keys + "\r")).Text;

    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("ello\x01h", "hello")]
    [InlineData("hel\x02\x02\x06X\x05o", "heXlo")]
    [InlineData("helloo\x7f", "hello")]
    [InlineData("one two three\x17\x17", "one ")]
    [InlineData("one two\x15", "")]
    [InlineData("one two\x17\x19\x19", "one twotwo")]
    [InlineData("one two\x01\x0b\x19!", "one two!")]
    [InlineData("one\x0atwo", "one\ntwo")]
    [InlineData("abc\x01\x04", "bc")]
    [InlineData("/s\t", "/s")]
    [InlineData("/sa\tfile", "/save file")]
    public void Keys_DoWhatReadlinesDo(string keys, string expected) => Assert.Equal(expected, Typed(keys));

    [Theory]
    [InlineData("\u65e5\u672c\u8a9e\x7f", "\u65e5\u672c")]
    [InlineData("e\u0301x\x02\x7f", "x")]
    [InlineData("\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67\x7f", "")]
    public void Backspace_TakesWholeCharacters(string keys, string expected) => Assert.Equal(expected, Typed(keys));

    [Fact]
    public void Words_AreCrossedAndCutWithAlt()
    {
        FakeKeyboard keys = new FakeKeyboard().Type("one two three")
            .Press(ConsoleKey.B, alt: true, character: 'b').Press(ConsoleKey.B, alt: true, character: 'b').Press(ConsoleKey.D, alt: true, character: 'd').Type("2\r");
        Assert.Equal("one 2 three", Read(keys).Text);
    }

    [Fact]
    public void Paste_IsOnePieceAndSubmitsNothing()
    {
        FakeKeyboard keys = new FakeKeyboard().Type("a\e[200~one\rtwo\tthree\x03\e[201~b\r");
        Assert.Equal(new LineResult(LineOutcome.Submitted, "aone\ntwo    threeb"), Read(keys));
    }

    [Fact]
    public void ControlCAndControlD_EndTheLine()
    {
        Assert.Equal(LineOutcome.Interrupted, Read(new FakeKeyboard().Type("half\x03")).Outcome);
        Assert.Equal(LineOutcome.EndOfInput, Read(new FakeKeyboard().Type("\x04")).Outcome);
    }

    [Fact]
    public void History_IsWalkedAndTheDraftKept()
    {
        using CliBench bench = new();
        string file = bench.Folder.Below("state", "history.jsonl");
        new LineHistory(file).Add("first");
        new LineHistory(file).Add("second\nline");
        LineHistory history = new(file);
        FakeKeyboard up = new FakeKeyboard().Press(ConsoleKey.UpArrow).Press(ConsoleKey.UpArrow).Press(ConsoleKey.UpArrow).Type("\r");
        Assert.Equal("first", Read(up, history).Text);
        FakeKeyboard back = new FakeKeyboard().Type("draft").Press(ConsoleKey.UpArrow).Press(ConsoleKey.DownArrow).Type("\r");
        Assert.Equal("draft", Read(back, history).Text);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void WideCharacters_TakeTwoColumnsAndWrapWhole()
    {
        string[] clusters = ["\u65e5", "\u672c", "\u8a9e"];
        LineLayout layout = LineLayout.Of(">>> ", 4, "... ", clusters, cursor: 2, width: 9);
        Assert.Equal((">>> \u65e5\u672c", "\u8a9e"), (layout.Rows[0], layout.Rows[1].TrimStart()));
    }
}
