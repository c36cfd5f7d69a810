namespace Jevons.Kernels.Tests.Elementwise;

/// <summary>The ONNX project's node tests of the operators that these kernels compute.</summary>
public sealed class OnnxElementwiseTests
{
    private const double Tolerance = 2e-6;

    public static TheoryData<string> Files { get; } = OnnxNode.Files(
        "test_softmax", "test_logsoftmax", "test_swish", "test_swiglu", "test_sigmoid", "test_exp", "test_rms_normalization", "test_argmax");

    [Theory]
    [MemberData(nameof(Files))]
    public void GoldenOutput_IsReproduced(string file)
    {
        OnnxNode node = OnnxNode.Load(file);
        Assert.SkipWhen(node.Operator.Contains("Expand", StringComparison.Ordinal), "an expanded graph");
        using OwnedContext context = KernelContexts.Widest();
        switch (node.Operator)
        {
            case "Softmax":
                AlongAxis(node, (x, y) => Softmax.Row(x, y, context));
                break;
            case "LogSoftmax":
                AlongAxis(node, (x, y) => LogSoftmax.Row(x, y, context));
                break;
            case "Sigmoid":
                Unary(node, "x", (x, y) => Sigmoid.Run(x, y, context));
                break;
            case "Exp":
                Unary(node, "x", (x, y) => Exp.Run(x, y, context));
                break;
            case "Swish":
                Assert.SkipUnless(node.Attribute("alpha", 1) == 1, "swish with another factor than 1");
                Unary(node, "x", (x, y) => Silu.Run(x, y, context));
                break;
            case "SwiGLU":
                GatedUnit(node, context);
                break;
            case "RMSNormalization":
                Normalisation(node, context);
                break;
            case "ArgMax":
                Largest(node);
                break;
            default:
                Assert.Skip($"{node.Operator} is no kernel of this folder");
                break;
        }
    }

    private static void AlongAxis(OnnxNode node, Action<float[], float[]> kernel)
    {
        int axis = (int)node.Attribute("axis", -1);
        float[][] want = node.Output.Along(axis);
        float[][] x = node.Input("x").Along(axis);
        for (int r = 0; r < x.Length; r++)
        {
            float[] y = new float[x[r].Length];
            kernel(x[r], y);
            Near(want[r], y);
        }
    }

    private static void Unary(OnnxNode node, string input, Action<Tensor, Tensor> kernel)
    {
        float[] x = node.Input(input).Floats;
        using FloatRows rows = FloatRows.From(1, x.Length, x);
        kernel(rows.Tensor, rows.Tensor);
        Near(node.Output.Floats, rows.All.ToArray());
    }

    // swiglu_alpha(a, b) = a sigmoid(alpha a) b = silu(alpha a) b / alpha.
    private static void GatedUnit(OnnxNode node, KernelContext context)
    {
        float alpha = (float)node.Attribute("alpha", 1);
        float[] a = [.. node.Input("a").Floats.Select(v => v * alpha)];
        using FloatRows gate = FloatRows.From(1, a.Length, a);
        using FloatRows up = FloatRows.From(1, a.Length, node.Input("b").Floats);
        SwiGlu.Run(gate.Tensor, up.Tensor, gate.Tensor, context);
        Near(node.Output.Floats, [.. gate.All.ToArray().Select(v => v / alpha)]);
    }

    private static void Normalisation(OnnxNode node, KernelContext context)
    {
        OnnxTensor x = node.Input("X");
        int axis = (int)node.Attribute("axis", -1);
        axis = axis < 0 ? axis + x.Shape.Length : axis;
        int cols = x.Shape.Skip(axis).Aggregate(1, (a, b) => a * b);
        using FloatRows rows = FloatRows.From(x.Data.Length / cols, cols, x.Floats);
        RmsNorm.Run(rows.Tensor, node.Input("W").Floats, (float)node.Attribute("epsilon", 1e-5f), rows.Tensor, context);
        Near(node.Output.Floats, rows.All.ToArray());
    }

    private static void Largest(OnnxNode node)
    {
        Assert.SkipWhen(node.Attribute("select_last_index", 0) != 0, "ties go to the lowest index here");
        float[][] rows = node.Input("data").Along((int)node.Attribute("axis", 0));
        Assert.Equal(node.Output.Data.Select(d => (int)d), rows.Select(r => ArgMax.Row(r)));
    }

    private static void Near(float[] want, float[] got)
    {
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(Math.Abs(want[i] - got[i]) <= Tolerance * Math.Max(1, Math.Abs(want[i])), $"element {i}: {got[i]:R}, golden {want[i]:R}");
        }
    }
}
