using System.Text.Json;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Training.Tests;

public class GradientTests
{
    public static TheoryData<string> Goldens() => [.. SharedData.Walk("*.json", "training-golden", "grads")];

    public static TheoryData<string> Adapters() =>
        [.. SharedData.Walk("*.json", "training-golden", "lora").Where(f => !Path.GetFileName(f).StartsWith("adapter_", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void EveryParametersGradient_EqualsTheReference(string file)
    {
        using JsonDocument golden = Read(file, out IReadOnlyList<TrainingSequence> batch);
        string model = SharedData.Path("weights", "synthetic-archs", golden.RootElement.GetProperty("model").GetString()!);
        using TrainingBench bench = new(model);
        double loss = bench.Loss.Backward(batch, 0, 1);
        Assert.Equal(golden.RootElement.GetProperty("loss_f64").GetDouble(), loss, 1e-5);
        Compare(bench.Gradients(), SharedData.TryPath(file[..^".json".Length] + ".safetensors"), golden, "grad_norm_f64", "grad_probe_f64");
    }

    [Theory]
    [MemberData(nameof(Adapters))]
    public void EveryAdaptersGradient_EqualsTheReference(string file)
    {
        using JsonDocument golden = Read(file, out IReadOnlyList<TrainingSequence> batch);
        string model = SharedData.Path("weights", "synthetic-archs", golden.RootElement.GetProperty("model").GetString()!);
        string folder = SharedData.Path(Path.GetDirectoryName(file)!, golden.RootElement.GetProperty("adapter_folder").GetString()!);
        using TrainingBench bench = new(model, folder);
        double loss = bench.Loss.Backward(batch, 0, 1);
        Assert.Equal(golden.RootElement.GetProperty("loss_f64").GetDouble(), loss, 1e-5);
        Dictionary<string, float[]> actual = bench.Gradients();
        foreach ((string name, float[] expected) in NamedTensors.Read(SharedData.Path(file[..^".json".Length] + ".safetensors"))
            .Where(t => t.Key.StartsWith("grad.", StringComparison.Ordinal)))
        {
            double distance = NamedTensors.Distance(actual[name["grad.".Length..]], expected);
            Assert.True(distance <= Tolerances.Gradient, $"{name}: {distance:E1}");
        }
    }

    [Fact]
    public void MultiTokenPrediction_AddsItsLossAndGradients()
    {
        using JsonDocument golden = Read("training-golden/mtp/mtp.json", out IReadOnlyList<TrainingSequence> batch);
        string model = SharedData.Path("training-golden", "mtp", "deepseek-v3-mtp");
        using TrainingBench bench = new(model);
        double loss = bench.Loss.Backward(batch, 0.3f, 1);

        // The draft layer of a deepseek_v3 folder reads h after the final norm; of that variant there are norms and probes.
        Assert.Equal(golden.RootElement.GetProperty("loss_h_after_norm").GetProperty("total").GetDouble(), loss, 1e-5);
        Compare(bench.Gradients(), null, golden, "grad_norm_h_after_norm_f64", "grad_probe_h_after_norm_f64");
    }

    [Theory]
    [MemberData(nameof(Goldens))]
    public void ThreadsCheckpointingAndInstructionSets_ChangeNoBit(string file)
    {
        using JsonDocument golden = Read(file, out IReadOnlyList<TrainingSequence> batch);
        string model = SharedData.Path("weights", "synthetic-archs", golden.RootElement.GetProperty("model").GetString()!);
        byte[] expected = Run(model, batch, 1, false, CpuFeatures.Detect());
        Assert.Equal(expected, Run(model, batch, 3, false, CpuFeatures.Detect()));
        Assert.Equal(expected, Run(model, batch, 2, true, CpuFeatures.Detect()));
        foreach (Isa isa in CpuFeatures.Supported())
        {
            Assert.Equal(expected, Run(model, batch, 2, false, CpuFeatures.For(isa)));
        }
    }

    private static byte[] Run(string model, IReadOnlyList<TrainingSequence> batch, int workers, bool checkpointing, CpuFeatures features)
    {
        using TrainingBench bench = new(model, null, workers, checkpointing, features);
        _ = bench.Loss.Backward(batch, 0, 1);
        return TrainingBench.Bits(bench.Gradients());
    }

    private static JsonDocument Read(string file, out IReadOnlyList<TrainingSequence> batch)
    {
        byte[] json = File.ReadAllBytes(SharedData.Path(file));
        batch = LabelledBatch.Parse(json, file);
        return JsonDocument.Parse(json);
    }

    // Whole tensors where the reference stores them; norm and probe, sum of g_i cos(i + 1), of all.
    private static void Compare(Dictionary<string, float[]> actual, string? tensors, JsonDocument golden, string norms, string probes)
    {
        foreach ((string name, float[] expected) in tensors is null ? [] : NamedTensors.Read(tensors))
        {
            double distance = NamedTensors.Distance(actual[name], expected);
            Assert.True(distance <= Tolerances.Gradient, $"{name}: {distance:E1}");
        }

        foreach (JsonProperty norm in golden.RootElement.GetProperty(norms).EnumerateObject().Where(p => actual.ContainsKey(p.Name)))
        {
            double expected = norm.Value.GetDouble();
            double found = Math.Sqrt(actual[norm.Name].Sum(g => (double)g * g));
            Assert.True(Math.Abs(found - expected) <= Tolerances.Gradient * Math.Max(expected, 1e-12), $"norm of {norm.Name}: {found}, expected {expected}");
            if (golden.RootElement.TryGetProperty(probes, out JsonElement all) && all.TryGetProperty(norm.Name, out JsonElement probe))
            {
                double sum = actual[norm.Name].Select((g, i) => g * Math.Cos(i + 1)).Sum();
                Assert.True(Math.Abs(sum - probe.GetDouble()) <= Tolerances.Gradient * Math.Max(expected, 1e-12), $"probe of {norm.Name}: {sum}, expected {probe}");
            }
        }
    }
}
