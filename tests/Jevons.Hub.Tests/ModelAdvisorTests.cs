namespace Jevons.Hub.Tests;

public sealed class ModelAdvisorTests
{
    private const long GiB = 1L << 30;
    private const long Plenty = 1000 * GiB;

    [Theory]
    [InlineData(2, null)]
    [InlineData(4, "deepseek-r1:1.5b")]
    [InlineData(8, "deepseek-r1:8b-0528")]
    [InlineData(16, "deepseek-r1:14b")]
    [InlineData(23, "deepseek-r1:14b")]
    [InlineData(32, "deepseek-r1:32b")]
    [InlineData(64, "deepseek-r1:70b")]
    [InlineData(1024, "deepseek-r1:70b")]
    public void Best_IsTheLargestDistillThatFitsMemory(int gibibytes, string? shortName) =>
        Assert.Equal(shortName, new ModelAdvisor(gibibytes * GiB, Plenty).Best?.Model.ShortName);

    [Fact]
    public void Best_RespectsTheDisk()
    {
        Assert.Equal("deepseek-r1:7b", new ModelAdvisor(64 * GiB, 5_000_000_000).Best?.Model.ShortName);
        Assert.Null(new ModelAdvisor(64 * GiB, 500_000_000).Best);
    }

    [Fact]
    public void Best_LongerContext_NeedsMoreMemory()
    {
        ModelAdvisor few = new(16 * GiB, Plenty, context: 4096);
        ModelAdvisor many = new(16 * GiB, Plenty, context: 131_072);

        Assert.Equal("deepseek-r1:14b", few.Best?.Model.ShortName);
        Assert.Equal("deepseek-r1:7b", many.Best?.Model.ShortName);
        Assert.All(few.All.Zip(many.All), pair => Assert.Equal(
            pair.First.Model.CacheBytesPerToken * (131_072 - 4096), pair.Second.MemoryNeeded - pair.First.MemoryNeeded));
    }

    [Fact]
    public void Advice_SaysSizeTimeAndNeed()
    {
        ModelAdvice advice = new ModelAdvisor(16 * GiB, Plenty, context: 8192, bytesPerSecond: 12_500_000).All.Single(a => a.Model.ShortName == "deepseek-r1:7b");

        Assert.Equal(4_680_000_000 + (57_344L * 8192) + (512L << 20), advice.MemoryNeeded);
        Assert.Equal(374.4, advice.DownloadTime.TotalSeconds, 1);
        Assert.Equal("deepseek-r1:7b: 4.68 GB to download, about 6 min; needs 5.69 GB of memory at 8192 tokens", advice.Summary);
    }

    [Fact]
    public void Advice_SaysWhatIsInTheWay()
    {
        ModelAdvice advice = new ModelAdvisor(16 * GiB, 100 * GiB).All.Single(a => a.Model.ShortName == "deepseek-r1:671b");

        Assert.False(advice.Fits);
        Assert.Contains("more than this machine can give", advice.Summary, StringComparison.Ordinal);
        Assert.Contains("405 GB of free disk", advice.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_RefusesNonsense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelAdvisor(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelAdvisor(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelAdvisor(0, 0, context: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ModelAdvisor(0, 0, bytesPerSecond: 0));
        Assert.Null(new ModelAdvisor(0, 0).Best);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(1_120_000_000, "1.12 GB")]
    [InlineData(42_520_000_000, "42.5 GB")]
    [InlineData(404_900_000_000, "405 GB")]
    [InlineData(long.MaxValue, "9223 PB")]
    public void ByteText_ThreeDigits(long bytes, string text) => Assert.Equal(text, ByteText.Of(bytes));
}
