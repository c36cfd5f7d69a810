namespace Jevons.Inference.Tests;

/// <summary>Top-n-sigma, typical and XTC against their definitions in double, on the whole vocabulary and on sorted candidates.</summary>
public class SelectingStepsTests
{
    private const int Vocab = 5000;

    [Theory]
    [InlineData(0.5f, 3f, 0)]
    [InlineData(1f, 8f, 0)]
    [InlineData(2f, 1f, 0)]
    [InlineData(2f, 1f, 300)]
    [InlineData(1f, 4f, 1)]
    [InlineData(100f, 1f, 40)]
    public void TopNSigma_KeepsWhatItsDefinitionKeeps(float n, float spread, int topK)
    {
        float[] logits = Random(17, spread);
        logits[5] = float.NegativeInfinity;
        Candidates candidates = Begin(logits, topK);
        candidates.TopNSigma(n);

        int[] order = Order(logits, topK);
        double[] finite = [.. order.Select(i => (double)logits[i]).Where(double.IsFinite)];
        double mean = finite.Average();
        double sigma = Math.Sqrt(finite.Average(l => (l - mean) * (l - mean)));
        int[] expected = [.. order.Where(i => logits[i] >= finite.Max() - (n * sigma))];
        Assert.Equal(expected, candidates.ToArray().Select(c => c.Token));
    }

    [Theory]
    [InlineData(0.05f, 1f, 0)]
    [InlineData(0.2f, 0.01f, 0)]
    [InlineData(0.5f, 3f, 0)]
    [InlineData(0.9f, 8f, 0)]
    [InlineData(0.99f, 2f, 0)]
    [InlineData(0.5f, 2f, 40)]
    [InlineData(0.95f, 5f, 300)]
    [InlineData(0.5f, 2f, 1)]
    public void Typical_KeepsWhatItsDefinitionKeeps(float p, float spread, int topK)
    {
        float[] logits = Random(23, spread);
        logits[7] = float.NegativeInfinity;
        Candidates candidates = Begin(logits, topK);
        candidates.Typical(p);

        int[] order = Order(logits, topK);
        double[] probability = Probabilities(logits, order);
        double entropy = -order.Where(i => probability[i] > 0).Sum(i => probability[i] * Math.Log(probability[i]));
        List<int> expected = [];
        double sum = 0;
        foreach (int token in order.OrderBy(i => Math.Abs(-Math.Log(probability[i]) - entropy)))
        {
            expected.Add(token);
            sum += probability[token];
            if (sum >= p)
            {
                break;
            }
        }

        Assert.Equal(expected.OrderByDescending(i => logits[i]).ThenBy(i => i), candidates.ToArray().Select(c => c.Token));
    }

    [Fact]
    public void Typical_MayLeaveOutTheMostProbable_AndLaterStepsAreRelativeToWhatIsLeft()
    {
        // One token of 0.4 and 60 of 0.01: the small ones are nearer to the expected surprise.
        float[] logits = [MathF.Log(0.4f), .. Enumerable.Repeat(MathF.Log(0.01f), 60)];
        Candidates candidates = new(61, FakeRunner.Kernels);
        candidates.Load(logits);
        candidates.Begin();
        candidates.Typical(0.295f);
        (int Token, double Probability)[] kept = candidates.ToArray();
        Assert.Equal(Enumerable.Range(1, 30), kept.Select(c => c.Token));
        candidates.MinP(0.9f);
        Assert.Equal(kept, candidates.ToArray());
    }

    [Theory]
    [InlineData(0.1f, 3f, 0)]
    [InlineData(0.001f, 2f, 0)]
    [InlineData(0.0003f, 1f, 0)]
    [InlineData(0.5f, 3f, 0)]
    [InlineData(0.01f, 3f, 40)]
    [InlineData(0.001f, 1f, 300)]
    [InlineData(0.1f, 3f, 1)]
    public void Xtc_RemovesWhatItsDefinitionRemoves(float threshold, float spread, int topK)
    {
        float[] logits = Random(31, spread);
        Candidates candidates = Begin(logits, topK);
        candidates.Xtc(1, threshold, new Numerics.SeededRandom(1));

        int[] order = Order(logits, topK);
        double[] probability = Probabilities(logits, order);
        int above = order.Count(i => probability[i] >= threshold);
        int[] expected = [.. order.Skip(Math.Max(above - 1, 0))];
        Assert.Equal(
            expected.Order(),
            candidates.ToArray().Where(c => c.Probability > 0).Select(c => c.Token).Order());

        // What follows sees the removed ones no more.
        double total = expected.Sum(i => probability[i]);
        Assert.All(candidates.ToArray().Where(c => c.Probability > 0), c => Assert.Equal(probability[c.Token] / total, c.Probability, 1e-6));
        candidates.TopK(1);
        Assert.Equal(expected[0], candidates.ToArray()[0].Token);
    }

    [Fact]
    public void Xtc_OfEqualTopChoices_KeepsOne()
    {
        Candidates candidates = new(4, FakeRunner.Kernels);
        foreach (bool sorted in new[] { false, true })
        {
            candidates.Load([MathF.Log(0.3f), MathF.Log(0.3f), MathF.Log(0.3f), MathF.Log(0.1f)]);
            candidates.Begin();
            if (sorted)
            {
                candidates.TopP(0.9999f);
            }

            candidates.Xtc(1, 0.2f, new Numerics.SeededRandom(1));
            Assert.Equal([2, 3], candidates.ToArray().Where(c => c.Probability > 0).Select(c => c.Token));
        }
    }

    [Fact]
    public void Xtc_ActsWithItsChance()
    {
        Numerics.SeededRandom random = new(3);
        Candidates candidates = new(2, FakeRunner.Kernels);
        int removed = 0;
        for (int i = 0; i < 20_000; i++)
        {
            candidates.Load([MathF.Log(0.6f), MathF.Log(0.4f)]);
            candidates.Begin();
            candidates.Xtc(0.3f, 0.1f, random);
            removed += candidates.Logits[0] == float.NegativeInfinity ? 1 : 0;
        }

        // Four standard deviations of a binomial count.
        Assert.InRange(removed, 6000 - (4 * Math.Sqrt(20_000 * 0.3 * 0.7)), 6000 + (4 * Math.Sqrt(20_000 * 0.3 * 0.7)));
    }

    private static float[] Random(ulong seed, float spread)
    {
        Numerics.SeededRandom random = new(seed);
        return [.. Enumerable.Range(0, Vocab).Select(_ => (float)random.NextGaussian() * spread)];
    }

    private static Candidates Begin(float[] logits, int topK)
    {
        Candidates candidates = new(Vocab, FakeRunner.Kernels);
        candidates.Load(logits);
        candidates.Begin();
        candidates.TopK(topK);
        return candidates;
    }

    private static int[] Order(float[] logits, int topK) =>
        [.. Enumerable.Range(0, Vocab).OrderByDescending(i => logits[i]).ThenBy(i => i).Take(topK == 0 ? Vocab : topK)];

    // Of all tokens; 0 for those that are not among the candidates.
    private static double[] Probabilities(float[] logits, int[] order)
    {
        double[] result = new double[Vocab];
        double total = order.Sum(i => Math.Exp((double)logits[i] - logits[order[0]]));
        foreach (int i in order)
        {
            result[i] = Math.Exp((double)logits[i] - logits[order[0]]) / total;
        }

        return result;
    }
}
