using System.Runtime.InteropServices;
using System.Text.Json;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Routing;

/// <summary>A whole mixture-of-experts block from these kernels against transformers' modules.</summary>
public sealed class MoeBlockTests
{
    public static TheoryData<string> Cases => RouterTests.GoldenCases;

    [Theory]
    [MemberData(nameof(Cases))]
    public void RoutedAndSharedExperts_AddUpToTheGoldenOutput(string name)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("training-golden", "moe", "blocks.json")));
        SafetensorsFile tensors = new(SharedData.Path("training-golden", "moe", "blocks.safetensors"));
        JsonElement test = document.RootElement.GetProperty("cases").EnumerateArray().First(c => c.GetProperty("name").GetString() == name);
        RouterShape shape = RouterTests.ShapeOf(test);
        float[] bias = tensors.TryRead($"{name}.gate.e_score_correction_bias")?.Data ?? [];
        float[] input = tensors.Read($"{name}.input").Data;
        float[] want = tensors.Read($"{name}.output").Data;
        int hidden = tensors.Read($"{name}.input").Shape[^1];
        int tokens = input.Length / hidden;
        using OwnedContext context = KernelContexts.Widest(2);
        using FloatRows x = FloatRows.From(tokens, hidden, input);
        using FloatRows logits = new(tokens, shape.NumExperts);
        using FloatRows grouped = new(tokens * shape.TopK, hidden);
        using FloatRows outputs = new(tokens * shape.TopK, hidden);
        using FloatRows y = new(tokens, hidden);
        int[] ids = new int[tokens * shape.TopK];
        float[] weights = new float[ids.Length];
        int[] offsets = new int[shape.NumExperts + 1];
        int[] pairs = new int[ids.Length];
        int[] rows = new int[ids.Length];

        Multiply(tensors, $"{name}.gate.weight", x.Tensor, logits.Tensor, context);
        Router.Run(logits.Tensor, bias, shape, ids, weights, context);
        ExpertPlan.Build(ids, shape.TopK, shape.NumExperts, offsets, pairs, rows);
        ExpertPlan.Gather(x.Tensor, pairs, shape.TopK, grouped.Tensor, context);
        for (int e = 0; e < shape.NumExperts; e++)
        {
            int count = offsets[e + 1] - offsets[e];
            if (count > 0)
            {
                FeedForward(
                    tensors, $"{name}.experts.{e}", grouped.Tensor.RowRange(offsets[e], count), outputs.Tensor.RowRange(offsets[e], count), context);
            }
        }

        FeedForward(tensors, $"{name}.shared_experts", x.Tensor, y.Tensor, context);
        ExpertPlan.Combine(outputs.Tensor, rows, weights, shape.TopK, y.Tensor, context);

        // The stored float32 run differs from the float64 one by 4.3e-7 of the tensor's norm; single elements by a little more.
        double norm = Math.Sqrt(want.Sum(v => (double)v * v) / want.Length);
        for (int i = 0; i < want.Length; i++)
        {
            Assert.Equal(want[i], y.All[i], 5e-6 * norm);
        }
    }

    private static void FeedForward(SafetensorsFile tensors, string name, Tensor x, Tensor y, KernelContext context)
    {
        int width = tensors.Read($"{name}.gate_proj.weight").Shape[0];
        using FloatRows gate = new(x.Rows, width);
        using FloatRows up = new(x.Rows, width);
        Multiply(tensors, $"{name}.gate_proj.weight", x, gate.Tensor, context);
        Multiply(tensors, $"{name}.up_proj.weight", x, up.Tensor, context);
        SwiGlu.Run(gate.Tensor, up.Tensor, gate.Tensor, context);
        Multiply(tensors, $"{name}.down_proj.weight", gate.Tensor, y, context);
    }

    private static unsafe void Multiply(SafetensorsFile tensors, string name, Tensor x, Tensor y, KernelContext context)
    {
        (int[] shape, float[] data) = tensors.Read(name);
        using AlignedMemory memory = new(4L * data.Length);
        MemoryMarshal.AsBytes<float>(data).CopyTo(memory.AsSpan<byte>(0, 4 * data.Length));
        WeightMatrix matrix = WeightMatrix.Create(TensorType.F32, shape[0], shape[1], memory.Region, context.Features, ActivationType.Int8);
        Kernels.MatMul.Run(matrix, new ActivationRows(x, null), y, context);
    }
}
