using Jevons.Kernels;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>Results do not depend on company: bit for bit, on every small model of the reference data.</summary>
public sealed class DeterminismTests
{
    private static readonly int[] s_prompt = [.. Enumerable.Range(0, 75).Select(i => (i * 37) + 3)];

    public static TheoryData<string> AllModels => [.. SharedData.Walk("*.gguf", "weights"), .. Folders("weights")];

    // One file of each way to multiply; the engine's tests walk all of them through chunks and batches.
    public static TheoryData<string> Models => [.. SharedData.Walk("*.gguf", "weights")
        .Where(f => f.EndsWith("f32.gguf", StringComparison.Ordinal) || f.EndsWith("Q8_0.gguf", StringComparison.Ordinal) || f.EndsWith("Q4_K_M.gguf", StringComparison.Ordinal)),
        .. Folders("weights")];

    public static TheoryData<string> LatentModels =>
        [.. SharedData.Walk("deepseek*.gguf", "weights"), .. Folders("weights").Where(f => f.Contains("deepseek", StringComparison.Ordinal)), .. Folders("training-golden")];

    [Theory]
    [MemberData(nameof(Models))]
    public void Prompt_InAnyPieces_GivesTheSameBits(string model)
    {
        using ModelBench bench = new(SharedData.Path(model));
        int[] prompt = Prompt(bench);
        foreach (bool absorbed in new[] { false, true })
        {
            float[][] whole = bench.Logits(prompt, absorbed: absorbed);
            Assert.Equal(whole, bench.Logits(prompt, chunk: 1, absorbed: absorbed, firstPage: 8));
            Assert.Equal(whole, bench.Logits(prompt, chunk: 7, absorbed: absorbed));
            Assert.Equal(whole, bench.Logits(prompt, chunk: 64, absorbed: absorbed));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ASequence_InABatch_GivesTheBitsItGivesAlone(string model)
    {
        using ModelBench bench = new(SharedData.Path(model), kv: KvType.F16);
        int[] prompt = Prompt(bench);
        float[][] alone = bench.Logits(prompt.AsSpan(0, 30));
        float[] decoded = bench.Logits([prompt[30]], absorbed: true, firstPosition: 30)[0];

        // Once more on other pages, with the first sequence decoding beside it.
        bench.Batch.Clear();
        bench.Batch.Add(prompt.AsSpan(0, 20), 0, ModelBench.Pages(8, 2), absorbed: false, BatchOutputs.All);
        bench.Batch.Add([prompt[30]], 30, ModelBench.Pages(0, 2), absorbed: true, BatchOutputs.Last);
        bench.Batch.Add(prompt.AsSpan(0, 30), 0, ModelBench.Pages(12, 2), absorbed: false, BatchOutputs.All);
        float[][] together = ModelBench.Rows(bench.Model.Forward(bench.Ops, bench.Batch).Logits);
        Assert.Equal(alone[..20], together[..20]);
        Assert.Equal(decoded, together[20]);
        Assert.Equal(alone, together[21..]);
    }

    [Theory]
    [MemberData(nameof(AllModels))]
    public void AnyNumberOfThreads_AndEveryInstructionSet_GiveTheSameBits(string model)
    {
        float[][]? expected = null;
        foreach (Isa isa in CpuFeatures.Supported())
        {
            foreach (int threads in new[] { 1, 3 })
            {
                using ModelBench bench = new(SharedData.Path(model), threads: threads, features: CpuFeatures.For(isa));
                float[][] found = bench.Logits(Prompt(bench).AsSpan(0, 20));
                expected ??= found;
                Assert.Equal(expected, found);
            }
        }
    }

    [Theory]
    [MemberData(nameof(LatentModels))]
    public void ExpandedAndAbsorbedLatentAttention_AgreeWithinRounding(string model)
    {
        using ModelBench bench = new(SharedData.Path(model), exact: true);
        int[] prompt = Prompt(bench);
        float[][] expanded = bench.Logits(prompt);
        float[][] absorbed = bench.Logits(prompt, absorbed: true, firstPage: 8);
        double worst = 0;
        double size = 0;
        for (int r = 0; r < expanded.Length; r++)
        {
            for (int i = 0; i < expanded[r].Length; i++)
            {
                worst = Math.Max(worst, Math.Abs(expanded[r][i] - absorbed[r][i]));
                size = Math.Max(size, Math.Abs(expanded[r][i]));
            }
        }

        // Each form computes the same function in f32 and lies within the golden tolerance, 2e-4, of its value in float64
        // (GoldenLogitsTests hold that on these models); so the two lie within twice that of each other.
        Assert.True(worst <= 2 * 2e-4, $"the forms differ by {worst:e2} at logits up to {size:f2}");
    }

    // Folders with a configuration and weights: FP8 blocks and BF16 come in no other way.
    private static IEnumerable<string> Folders(string root) => SharedData.Walk("config.json", root)
        .Where(c => SharedData.TryPath(c) is not { } path || File.Exists(Path.Combine(Path.GetDirectoryName(path)!, "model.safetensors")))
        .Select(c => Path.GetDirectoryName(c)!.Replace('\\', '/'));

    private static int[] Prompt(ModelBench bench) => [.. s_prompt.Select(t => t % bench.Model.Config.VocabSize)];
}
