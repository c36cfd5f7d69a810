using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>
/// How far the default mode lies from the exact product, beside the two ways that llama.cpp rounds activations: int8 in groups
/// of 32 with a half-precision scale (Q8_0, for blocks of 32) and in groups of 256 (Q8_K, for blocks of 256).
/// </summary>
public sealed unsafe class ActivationAccuracyTests
{
    private const int Cols = 2048;
    private const int Rows = 48;
    private const int Tokens = 24;

    public static TheoryData<TensorType> BlockTypes => [.. RandomWeights.BlockTypes];

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Default_EveryBlockType_LiesNoFurtherFromExactThanTheReferencesRounding(TensorType type)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        using ProductCase data = new(type, Rows, Cols, Tokens, 21);
        Isa isa = context.Features.Isa;
        data.Run(data.Matrix(isa), context);
        float[] rounded = new float[Cols];
        float[] row = new float[Cols];
        double ours = 0;
        double reference = 0;
        WeightMatrix matrix = data.Matrix(isa);
        for (int t = 0; t < Tokens; t++)
        {
            RoundAsReference(data.X.Row(t), rounded, TensorTypes.BlockLength(type));
            for (int r = 0; r < Rows; r++)
            {
                matrix.DequantizeRow(r, row);
                double exact = 0;
                double rounding = 0;
                for (int k = 0; k < Cols; k++)
                {
                    exact += (double)row[k] * data.X.Row(t)[k];
                    rounding += (double)row[k] * rounded[k];
                }

                ours += Math.Pow(data.Y.Row(t)[r] - exact, 2);
                reference += Math.Pow(rounding - exact, 2);
            }
        }

        // Blocks of 256 share one scale there and eight here; for blocks of 32 only the rounding of the scale differs.
        double allowed = TensorTypes.BlockLength(type) == 256 ? 0.9 : 1.02;
        Assert.InRange(Math.Sqrt(ours / reference), 0, allowed);
    }

    private static void RoundAsReference(ReadOnlySpan<float> x, Span<float> rounded, int group)
    {
        for (int g = 0; g < x.Length; g += group)
        {
            float largest = 0;
            float signed = 0;
            foreach (float value in x.Slice(g, group))
            {
                if (MathF.Abs(value) > largest)
                {
                    (largest, signed) = (MathF.Abs(value), value);
                }
            }

            float inverse = group == 32 ? 127 / largest : -127 / signed;
            float scale = group == 32 ? (float)(Half)(largest / 127) : 1 / inverse;
            for (int i = g; i < g + group; i++)
            {
                rounded[i] = scale * MathF.Min(127, MathF.Round(x[i] * inverse, MidpointRounding.ToEven));
            }
        }
    }
}
