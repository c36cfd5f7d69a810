using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Attention;

/// <summary>
/// Attention of the ONNX project's node tests and of the CS336 snapshots. A query that sees a set of keys is run as a
/// decode token behind a cache of just these keys; a causal case is also run as one prompt.
/// </summary>
public sealed class OnnxAttentionTests
{
    public static TheoryData<string> Files { get; } = OnnxNode.Files("test_attention");

    [Theory]
    [MemberData(nameof(Files))]
    public void GoldenOutput_IsReproduced(string file)
    {
        OnnxNode node = OnnxNode.Load(file);
        Assert.SkipUnless(node.Operator == "Attention", "an expanded graph");
        Assert.SkipWhen(node.Attribute("softcap", 0) != 0, "no model here caps its attention scores");
        OnnxTensor q = Heads(node.Input("Q"), (int)node.Attribute("q_num_heads", 0));
        OnnxTensor k = Join(node.TryInput("past_key"), Heads(node.Input("K"), (int)node.Attribute("kv_num_heads", 0)));
        OnnxTensor v = Join(node.TryInput("past_value"), Heads(node.Input("V"), (int)node.Attribute("kv_num_heads", 0)));
        OnnxTensor want = Heads(node.Output, (int)node.Attribute("q_num_heads", 0));
        OnnxTensor? mask = node.TryInput("attn_mask");
        Assert.SkipWhen(
            mask is not null && mask.Type != "bool" && mask.Data.Any(m => m != 0 && m > -1e30), "scores with a bias that is not a mask");
        double tolerance = q.Type == "float16" ? 2e-3 : 2e-6;
        int batch = q.Shape[0];
        int tokens = q.Shape[2];
        int total = k.Shape[2];
        AttentionShape shape = new(q.Shape[1], k.Shape[1], q.Shape[3], v.Shape[3], (float)node.Attribute("scale", 1 / Math.Sqrt(q.Shape[3])));
        OnnxTensor? lengths = node.TryInput("nonpad_kv_seqlen");
        int compared = 0;
        for (int b = 0; b < batch; b++)
        {
            int length = lengths is null ? total : (int)lengths.Data[b];
            int past = lengths is null ? node.TryInput("past_key")?.Shape[2] ?? 0 : length - tokens;
            for (int t = 0; t < tokens; t++)
            {
                for (int h = 0; h < shape.NumHeads; h++)
                {
                    int[] visible = [.. Enumerable.Range(0, length).Where(j =>
                        (node.Attribute("is_causal", 0) == 0 || j <= t + past) && Masked(mask, b, h, t, j))];
                    if (visible.Length == 0)
                    {
                        continue;
                    }

                    float[] got = Single(shape with { NumHeads = 1, NumKvHeads = 1 }, Slice(q, b, h, t), visible.Select(j =>
                        (Slice(k, b, h / (shape.NumHeads / shape.NumKvHeads), j), Slice(v, b, h / (shape.NumHeads / shape.NumKvHeads), j))));
                    Near(Slice(want, b, h, t), got, tolerance);
                    compared++;
                }
            }
        }

        Assert.SkipWhen(compared == 0, "no query of this case sees any key");
    }

    [Fact]
    public void Cs336_ScaledDotProduct_IsReproduced()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("op-golden", "cs336-a1-ops.json")));
        JsonElement test = document.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("test").GetString() == "scaled_dot_product_attention");
        JsonElement inputs = test.GetProperty("inputs");
        OnnxTensor q = Read(inputs.GetProperty("q"));
        OnnxTensor k = Read(inputs.GetProperty("k"));
        OnnxTensor v = Read(inputs.GetProperty("v"));
        OnnxTensor mask = Read(inputs.GetProperty("mask"));
        OnnxTensor want = Read(test.GetProperty("expected"));
        AttentionShape shape = new(1, 1, 64, 64, 0.125f);
        int compared = 0;
        for (int b = 0; b < q.Shape[0]; b++)
        {
            for (int t = 0; t < q.Shape[2]; t++)
            {
                int[] visible = [.. Enumerable.Range(0, k.Shape[2]).Where(j => Slice(mask, b, 0, t)[j] != 0)];
                if (visible.Length > 0)
                {
                    Near(Slice(want, b, 0, t), Single(shape, Slice(q, b, 0, t), visible.Select(j => (Slice(k, b, 0, j), Slice(v, b, 0, j)))), 2e-6);
                    compared++;
                }
            }
        }

        Assert.True(compared > 40, $"{compared} queries see a key");

        static OnnxTensor Read(JsonElement tensor)
        {
            int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
            double[] data = [.. tensor.GetProperty("data").EnumerateArray().Select(d => d.GetDouble())];
            return new OnnxTensor("float32", [shape[0], 1, shape[1], shape[2]], data);
        }
    }

    // One query behind a cache of the given keys and values.
    private static float[] Single(AttentionShape shape, float[] q, IEnumerable<(float[] K, float[] V)> cache)
    {
        (float[] K, float[] V)[] rows = [.. cache];
        using OwnedContext context = KernelContexts.Widest();
        using PagedCache pages = new(KvLayerLayout.MultiHead(KvType.F32, 1, shape.KeyDim, shape.ValueDim), 2);
        using FloatRows k = FloatRows.From(rows.Length, shape.KeyDim, rows.SelectMany(r => r.K).ToArray());
        using FloatRows v = FloatRows.From(rows.Length, shape.ValueDim, rows.SelectMany(r => r.V).ToArray());
        using FloatRows query = FloatRows.From(1, shape.KeyDim, q);
        using FloatRows output = new(1, shape.ValueDim);
        int start = pages.Add(rows.Length);
        KvWrite.Run(pages.Pages, k.Tensor, v.Tensor, [new BatchChunk(0, rows.Length, 0, start, Absorbed: false)], context);
        Kernels.Attention.Run(pages.Pages, query.Tensor, output.Tensor, shape, [new BatchChunk(0, 1, rows.Length - 1, start, Absorbed: false)], context);
        return output.All.ToArray();
    }

    private static bool Masked(OnnxTensor? mask, int b, int h, int t, int j)
    {
        if (mask is null)
        {
            return true;
        }

        // Trailing axes are [tokens, keys]; leading ones broadcast. Keys behind the mask's last column are hidden.
        int[] shape = [.. Enumerable.Repeat(1, 4 - mask.Shape.Length), .. mask.Shape];
        if (j >= shape[3])
        {
            return false;
        }

        int index = ((((Math.Min(b, shape[0] - 1) * shape[1]) + Math.Min(h, shape[1] - 1)) * shape[2]) + Math.Min(t, shape[2] - 1)) * shape[3] + j;
        return mask.Type == "bool" ? mask.Data[index] != 0 : mask.Data[index] == 0;
    }

    private static float[] Slice(OnnxTensor x, int b, int h, int t)
    {
        int dim = x.Shape[3];
        return x.Floats.AsSpan((((b * x.Shape[1]) + h) * x.Shape[2] + t) * dim, dim).ToArray();
    }

    // [B, T, H * D] to [B, H, T, D].
    private static OnnxTensor Heads(OnnxTensor x, int heads)
    {
        if (x.Shape.Length == 4)
        {
            return x;
        }

        int tokens = x.Shape[1];
        int dim = x.Shape[2] / heads;
        double[] data = new double[x.Data.Length];
        for (int i = 0; i < data.Length; i++)
        {
            int d = i % dim;
            int h = i / dim % heads;
            int t = i / dim / heads % tokens;
            int b = i / dim / heads / tokens;
            data[(((((b * heads) + h) * tokens) + t) * dim) + d] = x.Data[i];
        }

        return new OnnxTensor(x.Type, [x.Shape[0], heads, tokens, dim], data);
    }

    private static OnnxTensor Join(OnnxTensor? past, OnnxTensor present)
    {
        if (past is null)
        {
            return present;
        }

        int rows = past.Shape[0] * past.Shape[1];
        int pastLength = past.Data.Length / rows;
        int presentLength = present.Data.Length / rows;
        double[] data = [.. Enumerable.Range(0, rows).SelectMany(r =>
            past.Data.Skip(r * pastLength).Take(pastLength).Concat(present.Data.Skip(r * presentLength).Take(presentLength)))];
        return new OnnxTensor(present.Type, [past.Shape[0], past.Shape[1], past.Shape[2] + present.Shape[2], past.Shape[3]], data);
    }

    private static void Near(float[] want, float[] got, double tolerance)
    {
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(Math.Abs(want[i] - got[i]) <= tolerance * Math.Max(1, Math.Abs(want[i])), $"element {i}: {got[i]:R}, golden {want[i]:R}");
        }
    }
}
