namespace Jevons.Cli.Tests;

/// <summary>Tables and lines on a screen of few columns.</summary>
public sealed class TextTableTests
{
    private static string Table(int columns, Func<string, string>? style, params string[][] rows)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        TextTable.Write(writer, rows, columns, style);
        return writer.ToString();
    }

    [Fact]
    public void LastCell_WrapsBetweenWordsUnderItself() => Assert.Equal(
        "name    one two three four\n        five six\nk       v\n", Table(28, null, ["name", "one two three four five six"], ["k", "v"]));

    [Fact]
    public void NarrowScreens_GetWholeLines() => Assert.Equal(
        "name    one two three\n", Table(10, null, ["name", "one two three"]));

    [Fact]
    public void WideCharactersAndColours_KeepColumnsStraight() => Assert.Equal(
        "<\u65e5\u672c>    x\n<abcd>    y\n", Table(80, s => $"<{s}>", ["\u65e5\u672c", "x"], ["abcd", "y"]));

    [Fact]
    public void Colours_TakeNoColumns() => Assert.Equal(
        ["one \e[1mtwo\e[0m", "three"], TextWrap.Lines("one \e[1mtwo\e[0m three", 8));

    [Fact]
    public void LongWords_StandAlone() => Assert.Equal(["a", "bbbbbbbbbb", "c"], TextWrap.Lines("a bbbbbbbbbb c", 5));
}
