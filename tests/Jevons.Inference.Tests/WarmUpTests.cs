namespace Jevons.Inference.Tests;

/// <summary>How many untimed repetitions go before a measurement.</summary>
public sealed class WarmUpTests
{
    [Theory]
    [InlineData(new[] { 2.0, 1.96 }, 2)] // steady at once
    [InlineData(new[] { 3.0, 2.0, 1.95 }, 3)] // steady later
    [InlineData(new[] { 3.0, 2.0, 1.0, 0.5 }, 3)] // never: three at most
    [InlineData(new[] { 10.5, 10.5 }, 1)] // long: one is all
    [InlineData(new[] { 4.0, 12.0, 12.0 }, 2)]
    [InlineData(new[] { 0.2, 0.2, 0.2, 0.2, 0.21, 0.2, 0.2 }, 5)] // steady, but a second has to be over
    [InlineData(new[] { 0.5, 0.2, 0.4, 0.2 }, 3)] // a second is over and so are three
    public void Repetitions_EndWhereTheRuleSays(double[] seconds, int expected)
    {
        WarmUp warmUp = new();
        foreach (double each in seconds)
        {
            if (warmUp.IsNeeded)
            {
                warmUp.Add(each);
            }
        }

        Assert.False(warmUp.IsNeeded);
        Assert.Equal(expected, warmUp.Count);
    }

    [Fact]
    public void Repetitions_ThatTakeNoTime_End()
    {
        WarmUp warmUp = new();
        while (warmUp.IsNeeded)
        {
            warmUp.Add(0);
            Assert.InRange(warmUp.Count, 1, 50);
        }

        Assert.Equal(50, warmUp.Count);
    }
}
