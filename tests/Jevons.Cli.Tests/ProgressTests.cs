using Jevons.Hub.Tests.Fakes;

namespace Jevons.Cli.Tests;

/// <summary>The progress line.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void Line_OffATerminal_IsWrittenEveryFiveSeconds()
    {
        EagerTime time = new();
        using CliBench bench = new() { Time = time };
        using StringWriter error = new() { NewLine = "\n" };
        using (ProgressLine line = new(bench.Context(TextWriter.Null, error)))
        {
            for (int i = 1; i <= 12; i++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                int state = i;
                line.Show(_ => $"at {state}");
            }
        }

        Assert.Equal("at 5\nat 10\n", error.ToString());
    }

    [Fact]
    public void Line_OnATerminal_IsRedrawnTenTimesASecondAndRemoved()
    {
        EagerTime time = new();
        using CliBench bench = new() { Time = time, IsErrorTerminal = true };
        using StringWriter error = new() { NewLine = "\n" };
        using (ProgressLine line = new(bench.Context(TextWriter.Null, error)))
        {
            for (int i = 0; i < 4; i++)
            {
                int state = i;
                line.Show(_ => $"at {state}");
                time.Advance(TimeSpan.FromMilliseconds(50));
            }
        }

        Assert.Equal("\rat 0\e[K\rat 2\e[K\r\e[K", error.ToString());
    }

    [Theory]
    [InlineData(80)]
    [InlineData(40)]
    [InlineData(200)]
    public void Bar_FitsTheTerminal(int width)
    {
        string text = ProgressBar.Text("pulling x.gguf", 2_000_000_000, 4_700_000_000, "35.0 MB/s  1m12s", width);
        Assert.StartsWith("pulling x.gguf  42%", text, StringComparison.Ordinal);
        Assert.Contains("2.00 GB/4.70 GB  35.0 MB/s  1m12s", text, StringComparison.Ordinal);
        Assert.True(width < 80 || text.Length <= width);
        Assert.Equal(width >= 80, text.Contains('▕', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(72, "1m12s")]
    [InlineData(7500, "2h05m")]
    public void Duration_IsShort(int seconds, string expected) => Assert.Equal(expected, ProgressBar.Duration(TimeSpan.FromSeconds(seconds)));
}
