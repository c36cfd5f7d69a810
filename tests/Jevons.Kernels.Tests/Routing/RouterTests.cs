using System.Text.Json;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Routing;

public sealed class RouterTests
{
    private static readonly RouterShape s_v3 = new(256, 8, 8, 4, RouterScoring.Sigmoid, NormTopKProb: true, 2.5f);

    public static TheoryData<string> GoldenCases { get; } = Golden();

    [Theory]
    [MemberData(nameof(GoldenCases))]
    public void TransformersBlocks_RouteTheSame(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("training-golden", "moe", "blocks.json")));
        SafetensorsFile tensors = new(SharedData.Path("training-golden", "moe", "blocks.safetensors"));
        JsonElement test = document.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("name").GetString() == name);
        RouterShape shape = ShapeOf(test);
        (int[] size, float[] logits) = tensors.Read($"{name}.router_logits");
        float[] bias = tensors.TryRead($"{name}.gate.e_score_correction_bias")?.Data ?? [];
        float[] wantWeights = tensors.Read($"{name}.topk_weights").Data;
        int[] wantIds = [.. test.GetProperty("topk_ids").EnumerateArray().SelectMany(t => t.EnumerateArray().Select(e => e.GetInt32()))];
        using FloatRows rows = FloatRows.From(size[0], size[1], logits);
        foreach (Isa isa in KernelContexts.AllIsas)
        {
            using OwnedContext context = KernelContexts.Create(isa);
            (int[] ids, float[] weights) = Run(rows.Tensor, bias, shape, context);
            Assert.Equal(wantIds, ids);
            for (int i = 0; i < weights.Length; i++)
            {
                Assert.Equal(wantWeights[i], weights[i], 2e-6f * Math.Max(1, wantWeights[i]));
            }
        }
    }

    [Theory]
    [InlineData(RouterScoring.Sigmoid, true, 8, 4, true)]
    [InlineData(RouterScoring.Sigmoid, true, 8, 4, false)]
    [InlineData(RouterScoring.Sigmoid, false, 1, 1, true)]
    [InlineData(RouterScoring.Softmax, false, 1, 1, false)]
    [InlineData(RouterScoring.Softmax, false, 8, 3, false)]
    [InlineData(RouterScoring.Softmax, true, 4, 4, false)]
    public void RandomGates_MatchASortInDouble(RouterScoring scoring, bool hasBias, int groups, int topGroups, bool normalise)
    {
        const int Experts = 64;
        const int TopK = 6;
        RouterShape shape = new(Experts, TopK, groups, topGroups, scoring, normalise, 1.5f);
        using FloatRows logits = FloatRows.Random(40, Experts, 90);
        float[] bias = new float[hasBias ? Experts : 0];
        FloatRows.Fill(bias, 91, 0.1);
        using OwnedContext context = KernelContexts.Widest(3);
        (int[] ids, float[] weights) = Run(logits.Tensor, bias, shape, context);
        for (int t = 0; t < 40; t++)
        {
            double[] x = [.. logits.Tensor.Row(t).ToArray().Select(v => (double)v)];
            double sum = x.Sum(Math.Exp);
            double[] scores = [.. x.Select(v => scoring == RouterScoring.Softmax ? Math.Exp(v) / sum : 1 / (1 + Math.Exp(-v)))];
            double[] keys = [.. scores.Select((s, e) => hasBias ? s + bias[e] : s)];
            int size = Experts / groups;
            HashSet<int> kept = [.. Enumerable.Range(0, groups)
                .OrderByDescending(g => keys.Skip(g * size).Take(size).OrderDescending().Take(hasBias ? 2 : 1).Sum()).ThenBy(g => g).Take(topGroups)];
            int[] want = [.. Enumerable.Range(0, Experts).Where(e => kept.Contains(e / size)).OrderByDescending(e => keys[e]).ThenBy(e => e).Take(TopK).Order()];
            Assert.Equal(want, ids.AsSpan(t * TopK, TopK).ToArray());
            double total = want.Sum(e => scores[e]);
            for (int k = 0; k < TopK; k++)
            {
                double weight = (normalise ? scores[want[k]] / total : scores[want[k]]) * 1.5;
                Assert.Equal(weight, weights[(t * TopK) + k], 1e-6);
            }
        }
    }

    [Fact]
    public void EveryIsaThreadAndBatch_RoutesTheSame()
    {
        using FloatRows logits = FloatRows.Random(70, 256, 100, 2);
        float[] bias = new float[256];
        FloatRows.Fill(bias, 101, 0.2);
        using OwnedContext scalar = KernelContexts.Create(Isa.Scalar);
        (int[] ids, float[] weights) = Run(logits.Tensor, bias, s_v3, scalar);
        foreach (Isa isa in KernelContexts.AllIsas)
        {
            using OwnedContext context = KernelContexts.Create(isa, 3);
            (int[] otherIds, float[] otherWeights) = Run(logits.Tensor, bias, s_v3, context);
            Assert.Equal(ids, otherIds);
            BitsAssert.Equal(weights, otherWeights, $"{isa}");
            (int[] oneId, float[] oneWeight) = Run(logits.Tensor.RowRange(33, 1), bias, s_v3, context);
            Assert.Equal(ids.AsSpan(33 * 8, 8).ToArray(), oneId);
            BitsAssert.Equal(weights.AsSpan(33 * 8, 8), oneWeight, $"{isa}, alone");
        }
    }

    [Fact]
    public void Ties_GoToTheLowerId()
    {
        using OwnedContext context = KernelContexts.Widest();
        using FloatRows logits = new(1, 16);
        (int[] ids, _) = Run(logits.Tensor, [], new RouterShape(16, 4, 1, 1, RouterScoring.Sigmoid, NormTopKProb: true, 1), context);
        Assert.Equal([0, 1, 2, 3], ids);
        (ids, float[] weights) = Run(logits.Tensor, new float[16], new RouterShape(16, 4, 4, 2, RouterScoring.Sigmoid, NormTopKProb: true, 1), context);
        Assert.Equal([0, 1, 2, 3], ids);
        Assert.All(weights, w => Assert.Equal(0.25f, w));
        logits.All[9] = logits.All[13] = 1;
        (ids, _) = Run(logits.Tensor, new float[16], new RouterShape(16, 3, 4, 1, RouterScoring.Sigmoid, NormTopKProb: true, 1), context);
        Assert.Equal([8, 9, 10], ids);
    }

    [Fact]
    public void HostileLogits_GiveDistinctValidIds()
    {
        float[] values = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0, -0f, 1e38f, -1e38f, 1];
        SeededRandom random = new(8);
        using OwnedContext context = KernelContexts.Widest();
        using FloatRows logits = new(300, 32);
        foreach (RouterScoring scoring in Enum.GetValues<RouterScoring>())
        {
            foreach (bool hasBias in (bool[])[true, false])
            {
                RouterShape shape = new(32, 5, 8, 2, scoring, NormTopKProb: true, 1);
                float[] bias = new float[hasBias ? 32 : 0];
                for (int i = 0; i < bias.Length; i++)
                {
                    bias[i] = values[random.NextInt32(values.Length)];
                }

                foreach (ref float v in logits.All)
                {
                    v = values[random.NextInt32(values.Length)];
                }

                (int[] ids, _) = Run(logits.Tensor, bias, shape, context);
                for (int t = 0; t < 300; t++)
                {
                    int[] own = ids.AsSpan(t * 5, 5).ToArray();
                    Assert.All(own, id => Assert.InRange(id, 0, 31));
                    Assert.Equal(own.Distinct().Order(), own);
                    Assert.True(own.Select(id => id / 4).Distinct().Count() <= 2);
                }
            }
        }

        logits.All.Fill(float.NaN);
        (int[] lowest, float[] weights) = Run(logits.Tensor.RowRange(0, 1), [], new RouterShape(32, 3, 1, 1, RouterScoring.Softmax, NormTopKProb: false, 1), context);
        Assert.Equal([0, 1, 2], lowest);
        Assert.All(weights, w => Assert.True(float.IsNaN(w)));
    }

    [Fact]
    public void ANaNExpert_LosesAgainstEveryNumber()
    {
        using OwnedContext context = KernelContexts.Widest();
        using FloatRows logits = FloatRows.From(1, 4, [float.NaN, -90, float.NaN, -1e30f]);
        (int[] ids, _) = Run(logits.Tensor, [], new RouterShape(4, 2, 1, 1, RouterScoring.Sigmoid, NormTopKProb: true, 1), context);
        Assert.Equal([1, 3], ids);
    }

    [Fact]
    public void ImpossibleGates_AreRefused()
    {
        using OwnedContext context = KernelContexts.Create(Isa.Scalar);
        using FloatRows logits = new(2, 16);
        RouterShape good = new(16, 4, 4, 2, RouterScoring.Sigmoid, NormTopKProb: true, 1);
        foreach (RouterShape bad in (RouterShape[])[
            good with { TopK = 9 }, good with { TopK = 0 }, good with { NumGroups = 3 }, good with { NumGroups = 0 }, good with { TopKGroups = 5 },
            good with { TopKGroups = 0 }, good with { NumExperts = 0 }, good with { NumExperts = 8 }])
        {
            Assert.Throws<ArgumentException>(() => Router.Run(logits.Tensor, [], bad, new int[8], new float[8], context));
        }

        Assert.Throws<ArgumentException>(() => Router.Run(logits.Tensor, new float[3], good, new int[8], new float[8], context));
        Assert.Throws<ArgumentException>(() => Router.Run(logits.Tensor, [], good, new int[7], new float[8], context));
        Assert.Throws<ArgumentException>(() => Router.Run(logits.Tensor, [], good, new int[8], new float[9], context));
    }

    /// <summary>The gate of a golden case.</summary>
    internal static RouterShape ShapeOf(JsonElement test)
    {
        JsonElement config = test.GetProperty("config");
        return new RouterShape(
            config.GetProperty("n_routed_experts").GetInt32(),
            config.GetProperty("num_experts_per_tok").GetInt32(),
            config.GetProperty("n_group").GetInt32(),
            config.GetProperty("topk_group").GetInt32(),
            test.GetProperty("module").GetString() == "DeepseekV3MoE" ? RouterScoring.Sigmoid : RouterScoring.Softmax,
            config.GetProperty("norm_topk_prob").GetBoolean(),
            config.GetProperty("routed_scaling_factor").GetSingle());
    }

    private static TheoryData<string> Golden()
    {
        string? path = SharedData.TryPath("training-golden", "moe", "blocks.json");
        if (path is null)
        {
            return ["absent"];
        }

        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];
    }

    private static (int[] Ids, float[] Weights) Run(Tensor logits, float[] bias, RouterShape shape, KernelContext context)
    {
        int[] ids = new int[logits.Rows * shape.TopK];
        float[] weights = new float[ids.Length];
        Array.Fill(ids, int.MaxValue);
        Router.Run(logits, bias, shape, ids, weights, context);
        return (ids, weights);
    }
}
