using System.Text.Json;
using Jevons.Kernels;

namespace Jevons.Training.Tests;

public class EntropyTests
{
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.7)]
    public void LogProbsEntropiesAndTheirGradients_EqualTheReference(double temperature)
    {
        JsonElement root = Golden.Root("training-golden", "grpo", "entropy.json");
        float[] logits = Golden.Floats(root.GetProperty("logits"));
        int[] labels = [.. Golden.Numbers(root, "index").Select(i => (int)i)];
        int vocabulary = logits.Length / labels.Length;
        float[] divided = [.. logits.Select(l => (float)(l / temperature))];
        string suffix = temperature == 1 ? "1.0" : "0.7";

        using KernelBench bench = new();
        Tensor z = bench.Rows(labels.Length, vocabulary, divided);
        float[] logProbs = new float[labels.Length];
        float[] entropies = new float[labels.Length];
        double[] sums = new double[labels.Length];
        TokenLogProbs.Run(z, labels, logProbs, sums, entropies, bench.Context);
        Golden.Close(Golden.Numbers(root, $"logp_temperature_{suffix}"), [.. logProbs.Select(p => (double)p)], Tolerances.LogProb, "log p");

        float[] byLogProb = [.. labels.Select(_ => (float)(1 / temperature))];
        TokenLogProbs.Backward(z, labels, sums, byLogProb, [], [], bench.Context);
        Golden.Close(Golden.Numbers(root, $"grad_logp_temperature_{suffix}"), [.. KernelBench.Values(z).Select(g => (double)g)], Tolerances.LogProb, "gradient of log p");
        if (temperature != 1)
        {
            return;
        }

        Golden.Close(Golden.Numbers(root, "entropy"), [.. entropies.Select(h => (double)h)], Tolerances.LogProb, "entropy");
        Tensor again = bench.Rows(labels.Length, vocabulary, divided);
        TokenLogProbs.Backward(again, labels, sums, new float[labels.Length], entropies, [.. labels.Select(_ => 1f)], bench.Context);
        Golden.Close(Golden.Numbers(root, "grad_entropy"), [.. KernelBench.Values(again).Select(g => (double)g)], Tolerances.LogProb, "gradient of the entropy");
    }
}
