using System.Text.Json;
using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Testing;

namespace Jevons.Models.Tests;

/// <summary>The residual stream after every layer, the first attention and the routing, against transformers (training-golden/hidden).</summary>
public sealed class HiddenStateTests
{
    // The reference's own float32 run lies up to 8.1e-7 from its float64 run, norm-wise; ours may be a few times that.
    private const double Tolerance = 4e-6;

    public static TheoryData<string> Goldens => [.. SharedData.Walk("*.json", "training-golden", "hidden")];

    [Theory]
    [MemberData(nameof(Goldens))]
    public void EveryLayer_GivesTheReferencesHiddenStatesAndRouting(string golden)
    {
        string file = SharedData.Path(golden);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(file));
        int[] ids = GoldenCase.Ints(json.RootElement.GetProperty("ids"));
        string model = SharedData.Path("weights", "synthetic-archs", json.RootElement.GetProperty("model").GetString()!);
        using SafetensorsFile tensors = SafetensorsFile.Open(Path.ChangeExtension(file, ".safetensors"));
        using ModelBench bench = new(model);
        using RecordingOps recorder = new(bench.Ops);
        bench.Batch.Add(ids, 0, ModelBench.Pages(0, 8), absorbed: false, BatchOutputs.All);
        ForwardResult result = bench.Model.Forward(recorder, bench.Batch);

        AssertClose(tensors, "embed", recorder.Embedding!);
        for (int i = 0; i < recorder.Layers.Count; i++)
        {
            AssertClose(tensors, $"layer.{i}", recorder.Layers[i]);
        }

        AssertClose(tensors, "attn.0.before_o_proj", recorder.FirstAttention!);
        AssertClose(tensors, "final", ModelBench.Rows(result.Hidden));
        AssertClose(tensors, "logits", ModelBench.Rows(result.Logits));
        if (json.RootElement.TryGetProperty("routing_ids", out JsonElement routing) && routing.ValueKind == JsonValueKind.Object)
        {
            int layer = 0;
            foreach (JsonProperty expected in routing.EnumerateObject())
            {
                int[] want = [.. expected.Value.EnumerateArray().SelectMany(GoldenCase.Ints)];
                Assert.Equal(want, recorder.RoutedExperts[layer]);
                string weights = expected.Name.Replace("model.layers.", "layer.", StringComparison.Ordinal).Replace(".mlp", "", StringComparison.Ordinal) + ".topk_weights";
                AssertClose(tensors, weights, [recorder.RoutedWeights[layer]]);
                layer++;
            }

            Assert.Equal(layer, recorder.RoutedExperts.Count);
        }
    }

    private static void AssertClose(SafetensorsFile tensors, string name, float[][] rows)
    {
        TensorInfo info = tensors[name];
        ReadOnlySpan<float> want = info.Data.AsSpan<float>(0, (int)info.ElementCount);
        float[] got = [.. rows.SelectMany(r => r)];
        Assert.Equal(want.Length, got.Length);
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < got.Length; i++)
        {
            difference += Math.Pow(got[i] - (double)want[i], 2);
            norm += Math.Pow(want[i], 2);
        }

        double relative = Math.Sqrt(difference / norm);
        Assert.True(relative <= Tolerance, $"{name}: off by {relative:e2}");
    }
}
