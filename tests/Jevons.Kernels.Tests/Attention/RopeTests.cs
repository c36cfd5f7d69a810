using System.Text.Json;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Attention;

public sealed class RopeTests
{
    private static readonly RopeConfig s_v3 = new()
    {
        Dim = 64, Theta = 10000, Scaling = RopeScaling.Yarn, Factor = 40, OriginalContext = 4096, Mscale = 1, MscaleAllDim = 1,
    };

    public static TheoryData<string> Files { get; } = OnnxNode.Files("test_rotary_embedding");

    [Fact]
    public void Default_FrequenciesArePowersOfTheBase()
    {
        RopeTable table = new(new RopeConfig { Dim = 8, Theta = 10000 });
        Assert.Equal([1, 0.1, 0.01, 0.001], table.Frequencies.ToArray(), Close);
        Assert.Equal(1, table.Magnitude);
    }

    [Fact]
    public void Linear_DividesEveryFrequency()
    {
        RopeTable table = new(new RopeConfig { Dim = 4, Theta = 100, Scaling = RopeScaling.Linear, Factor = 4 });
        Assert.Equal([0.25, 0.025], table.Frequencies.ToArray(), Close);
    }

    [Fact]
    public void Llama3_KeepsBlendsAndDividesThePairsOfLlama31()
    {
        RopeConfig config = new() { Dim = 128, Theta = 500000, Scaling = RopeScaling.Llama3, Factor = 8, OriginalContext = 8192 };
        double[] plain = new RopeTable(config with { Scaling = RopeScaling.None }).Frequencies.ToArray();
        double[] scaled = new RopeTable(config).Frequencies.ToArray();
        double[] divisors = [.. plain.Zip(scaled, (p, s) => p / s)];
        Assert.All(divisors[..29], d => Assert.Equal(1, d, 12));
        Assert.All(divisors[35..], d => Assert.Equal(8, d, 12));
        Assert.Equal([1.207484, 1.553415, 2.026313, 2.694530, 3.684252, 5.257327], divisors[29..35], (a, b) => Math.Abs(a - b) <= 1e-6);

        // A GGUF file holds the same as divisors.
        RopeTable fromFile = new(config with { Scaling = RopeScaling.None, FreqDivisors = [.. divisors.Select(d => (float)d)] });
        Assert.Equal(scaled, fromFile.Frequencies.ToArray(), (a, b) => Math.Abs(a - b) <= 1e-7 * a);
    }

    [Fact]
    public void Yarn_V3_RampsFromPair10To23_AndLeavesTheMagnitude()
    {
        double[] plain = new RopeTable(s_v3 with { Scaling = RopeScaling.None }).Frequencies.ToArray();
        RopeTable table = new(s_v3);
        for (int i = 0; i < 32; i++)
        {
            double ramp = Math.Clamp((i - 10) / 13.0, 0, 1);
            Assert.Equal((plain[i] / 40 * ramp) + (plain[i] * (1 - ramp)), table.Frequencies[i], Close);
        }

        Assert.Equal(1, table.Magnitude);
        Assert.Equal(1.36888795, RopeTable.YarnMscale(40, 1), 1e-8);
        Assert.Equal(0.13523378, Math.Pow(RopeTable.YarnMscale(40, 1), 2) / Math.Sqrt(192), 1e-8);
        Assert.Equal(0.11472139, Math.Pow(RopeTable.YarnMscale(40, 0.707), 2) / Math.Sqrt(192), 1e-8);
    }

    [Fact]
    public void Yarn_Qwen_RampsFromPair23To40_AndRaisesTheMagnitude()
    {
        RopeConfig config = new() { Dim = 128, Theta = 1e6, Scaling = RopeScaling.Yarn, Factor = 4, OriginalContext = 32768 };
        double[] plain = new RopeTable(config with { Scaling = RopeScaling.None }).Frequencies.ToArray();
        RopeTable table = new(config);
        Assert.Equal(1.138629, table.Magnitude, 1e-6);
        Assert.Equal(plain[23], table.Frequencies[23], Close);
        Assert.True(table.Frequencies[24] < plain[24] * 0.999);
        Assert.True(table.Frequencies[39] > plain[39] / 4 * 1.001);
        Assert.Equal(plain[40] / 4, table.Frequencies[40], Close);
        RopeTable exact = new(config with { Truncate = false });
        double ramp = (24 - 23.5959) / (39.6509 - 23.5959);
        Assert.Equal((plain[24] / 4 * ramp) + (plain[24] * (1 - ramp)), exact.Frequencies[24], (a, b) => Math.Abs(a - b) <= 1e-5 * a);
        Assert.Equal(0.5, new RopeTable(config with { AttentionFactor = 0.5 }).Magnitude);
        Assert.Equal(1.138629 * 2, new RopeTable(config with { MagnitudeMultiplier = 2 }).Magnitude, 2e-6);
        Assert.Equal(RopeTable.YarnMscale(4, 2) / RopeTable.YarnMscale(4, 3), new RopeTable(config with { Mscale = 2, MscaleAllDim = 3 }).Magnitude, 1e-12);
        Assert.Equal(1.138629, new RopeTable(config with { Mscale = 0, MscaleAllDim = 3 }).Magnitude, 1e-6);
    }

    [Theory]
    [InlineData(RopeLayout.Interleaved)]
    [InlineData(RopeLayout.Half)]
    public void Rotation_IsThatOfDouble_AlsoFarFromTheStart(RopeLayout layout)
    {
        const int HeadDim = 100;
        const int Offset = 30;
        const int Dim = 50;
        RopeTable table = new(s_v3 with { Dim = Dim, AttentionFactor = 1.25 });
        foreach (int position in (int[])[0, 1, 77, 163_839])
        {
            using FloatRows x = FloatRows.Random(3, 2 * HeadDim, 50);
            using FloatRows angles = new(3, table.AngleColumns);
            float[] before = x.All.ToArray();
            using OwnedContext context = KernelContexts.Widest();
            table.FillAngles([new BatchChunk(0, 3, position, 0, Absorbed: false)], layout, angles.Tensor, context);
            Rope.Run(x.Tensor, angles.Tensor, layout, HeadDim, Offset, context);
            double[] want = [.. before.Select(v => (double)v)];
            for (int t = 0; t < 3; t++)
            {
                for (int head = 0; head < 2; head++)
                {
                    for (int i = 0; i < Dim / 2; i++)
                    {
                        int start = (t * 2 * HeadDim) + (head * HeadDim) + Offset;
                        (int a, int b) = layout == RopeLayout.Half ? (start + i, start + i + (Dim / 2)) : (start + (2 * i), start + (2 * i) + 1);
                        (double sin, double cos) = Math.SinCos((position + t) * table.Frequencies[i]);
                        (want[a], want[b]) = (((before[a] * cos) - (before[b] * sin)) * 1.25, ((before[b] * cos) + (before[a] * sin)) * 1.25);
                    }
                }
            }

            for (int i = 0; i < want.Length; i++)
            {
                Assert.True(Math.Abs(want[i] - x.All[i]) <= 1e-6, $"position {position}, element {i}: {x.All[i]:R}, exact {want[i]:R}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(KernelContexts.VectorIsas), MemberType = typeof(KernelContexts))]
    public void EveryIsaMatchesScalar(Isa isa)
    {
        foreach (RopeLayout layout in Enum.GetValues<RopeLayout>())
        {
            for (int dim = 2; dim <= 130; dim += dim < 40 ? 2 : 14)
            {
                BitsAssert.Equal(Rotate(dim, layout, Isa.Scalar), Rotate(dim, layout, isa), $"{dim} dimensions, {layout}, {isa}");
            }
        }

        static float[] Rotate(int dim, RopeLayout layout, Isa isa)
        {
            using OwnedContext context = KernelContexts.Create(isa);
            RopeTable table = new(new RopeConfig { Dim = dim, Theta = 10000 });
            using FloatRows x = FloatRows.Random(5, 3 * (dim + 3), 60);
            using FloatRows angles = new(5, table.AngleColumns);
            table.FillAngles([new BatchChunk(0, 2, 9, 0, Absorbed: false), new BatchChunk(2, 3, 1000, 0, Absorbed: false)], layout, angles.Tensor, context);
            Rope.Run(x.Tensor, angles.Tensor, layout, dim + 3, 2, context);
            return x.All.ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void OnnxGolden_IsReproduced(string file)
    {
        OnnxNode node = OnnxNode.Load(file);
        Assert.SkipUnless(node.Operator == "RotaryEmbedding", "an expanded graph");
        OnnxTensor x = node.Input("input");
        OnnxTensor cos = node.Input("cos_cache");
        OnnxTensor sin = node.Input("sin_cache");
        OnnxTensor? positions = node.TryInput("position_ids");
        RopeLayout layout = node.Attribute("interleaved", 0) != 0 ? RopeLayout.Interleaved : RopeLayout.Half;
        Assert.SkipUnless(x.Shape.Length == 4, "queries without a head axis");
        (int batch, int heads, int tokens, int headDim) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        int pairs = cos.Shape[^1];
        using OwnedContext context = KernelContexts.Widest();
        for (int b = 0; b < batch; b++)
        {
            using FloatRows rows = new(tokens, heads * headDim);
            using FloatRows angles = new(tokens, 4 * pairs);
            for (int t = 0; t < tokens; t++)
            {
                int cacheRow = positions is null ? (b * tokens) + t : (int)positions.Data[(b * tokens) + t];
                for (int i = 0; i < pairs; i++)
                {
                    (int first, int second) = layout == RopeLayout.Half ? (i, i + pairs) : (2 * i, (2 * i) + 1);
                    float c = (float)cos.Data[(cacheRow * pairs) + i];
                    float s = (float)sin.Data[(cacheRow * pairs) + i];
                    (angles.Tensor.Row(t)[first], angles.Tensor.Row(t)[second]) = (c, c);
                    (angles.Tensor.Row(t)[(2 * pairs) + first], angles.Tensor.Row(t)[(2 * pairs) + second]) = (-s, s);
                }

                for (int h = 0; h < heads; h++)
                {
                    x.Floats.AsSpan((((b * heads) + h) * tokens + t) * headDim, headDim).CopyTo(rows.Tensor.Row(t)[(h * headDim)..]);
                }
            }

            Rope.Run(rows.Tensor, angles.Tensor, layout, headDim, 0, context);
            for (int t = 0; t < tokens; t++)
            {
                for (int h = 0; h < heads; h++)
                {
                    for (int d = 0; d < headDim; d++)
                    {
                        double want = node.Output.Data[((((b * heads) + h) * tokens + t) * headDim) + d];
                        Assert.Equal(want, rows.Tensor.Row(t)[(h * headDim) + d], 1e-6);
                    }
                }
            }
        }
    }

    [Fact]
    public void Cs336_Interleaved_IsReproduced()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("op-golden", "cs336-a1-ops.json")));
        JsonElement test = document.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("test").GetString() == "rope_interleaved");
        float[] x = [.. test.GetProperty("inputs").GetProperty("x").GetProperty("data").EnumerateArray().Select(v => v.GetSingle())];
        float[] want = [.. test.GetProperty("expected").GetProperty("data").EnumerateArray().Select(v => v.GetSingle())];
        RopeTable table = new(new RopeConfig { Dim = 64, Theta = test.GetProperty("params").GetProperty("theta").GetDouble() });
        using OwnedContext context = KernelContexts.Widest();
        using FloatRows rows = FloatRows.From(48, 64, x);
        using FloatRows angles = new(48, table.AngleColumns);
        BatchChunk[] chunks = [.. Enumerable.Range(0, 4).Select(s => new BatchChunk(12 * s, 12, 0, 0, Absorbed: false))];
        table.FillAngles(chunks, RopeLayout.Interleaved, angles.Tensor, context);
        Rope.Run(rows.Tensor, angles.Tensor, RopeLayout.Interleaved, 64, 0, context);
        for (int i = 0; i < want.Length; i++)
        {
            Assert.Equal(want[i], rows.All[i], 2e-6f);
        }
    }

    [Fact]
    public void BadConfigs_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new RopeTable(new RopeConfig { Dim = 7, Theta = 10000 }));
        Assert.Throws<ArgumentException>(() => new RopeTable(new RopeConfig { Dim = 8, Theta = 0 }));
        Assert.Throws<ArgumentException>(() => new RopeTable(new RopeConfig { Dim = 8, Theta = 10, Factor = 0 }));
        Assert.Throws<ArgumentException>(() => new RopeTable(new RopeConfig { Dim = 8, Theta = 10, Scaling = RopeScaling.Yarn }));
        Assert.Throws<ArgumentException>(() => new RopeTable(new RopeConfig { Dim = 8, Theta = 10, FreqDivisors = [1] }));
        using OwnedContext context = KernelContexts.Create(Isa.Scalar);
        using FloatRows x = new(2, 20);
        using FloatRows angles = new(2, 16);
        Assert.Throws<ArgumentException>(() => Rope.Run(x.Tensor, angles.Tensor, RopeLayout.Half, 10, 3, context));
        Assert.Throws<ArgumentException>(() => Rope.Run(x.Tensor, angles.Tensor, RopeLayout.Half, 9, 0, context));
        Assert.Throws<ArgumentException>(() => Rope.Run(x.Tensor, angles.Tensor.RowRange(0, 1), RopeLayout.Half, 10, 0, context));
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-14 * Math.Abs(a);
}
