namespace Jevons.Numerics.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void NextUInt64_FromThePublishedState_GivesXoshirosSequence()
    {
        SeededRandom random = new(0) { State = (1, 2, 3, 4) };
        ulong[] want =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
            16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        Assert.Equal(want, want.Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void Constructor_SeedsThroughSplitMix64()
    {
        (ulong, ulong, ulong, ulong) want = (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431);
        Assert.Equal(want, new SeededRandom(1234567).State);
    }

    [Fact]
    public void State_Restored_ContinuesTheSequence()
    {
        SeededRandom first = new(9);
        first.NextUInt64();
        SeededRandom second = new(1) { State = first.State };
        Assert.Equal(Enumerable.Range(0, 100).Select(_ => first.NextUInt64()).ToArray(), Enumerable.Range(0, 100).Select(_ => second.NextUInt64()));
    }

    [Fact]
    public void Uniforms_StayInRangeAndReachBothEnds()
    {
        SeededRandom random = new(5);
        double[] doubles = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextDouble())];
        float[] floats = [.. Enumerable.Range(0, 10_000).Select(_ => random.NextSingle())];
        Assert.All(doubles, d => Assert.InRange(d, 0, Math.BitDecrement(1.0)));
        Assert.All(floats, f => Assert.InRange(f, 0, MathF.BitDecrement(1f)));

        // The mean of n uniforms has standard deviation 1 / sqrt(12 n) = 0.0029; 5 of those.
        Assert.InRange(doubles.Average(), 0.4855, 0.5145);
        Assert.InRange(floats.Average(), 0.4855f, 0.5145f);
    }

    [Fact]
    public void NextInt32_EveryValueBelowTheLimitOccursAboutEquallyOften()
    {
        SeededRandom random = new(6);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.NextInt32(7)]++;
        }

        // Standard deviation sqrt(70000 * 6 / 49) = 93; 5 of those.
        Assert.All(counts, c => Assert.InRange(c, 9_535, 10_465));
        Assert.Equal(0, random.NextInt32(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt32(0));
    }

    [Fact]
    public void NextGaussian_HasMeanZeroAndVarianceOne()
    {
        SeededRandom random = new(7);
        double[] values = [.. Enumerable.Range(0, 40_000).Select(_ => random.NextGaussian())];

        // Standard deviations: of the mean 1 / sqrt(n) = 0.005, of the variance sqrt(2 / n) = 0.0071; 5 of those.
        Assert.InRange(values.Average(), -0.025, 0.025);
        Assert.InRange(values.Average(v => v * v), 0.9645, 1.0355);
    }
}
