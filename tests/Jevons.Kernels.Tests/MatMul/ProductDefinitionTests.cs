using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>The scalar products against sums in double: the derived bounds of docs/numerics.md.</summary>
public sealed unsafe class ProductDefinitionTests
{
    private const double Unit = 1.0 / (1 << 24);

    public static TheoryData<TensorType> Types => [.. RandomWeights.Types];

    public static TheoryData<TensorType> BlockTypes => [.. RandomWeights.BlockTypes];

    [Theory]
    [MemberData(nameof(Types))]
    public void Exact_EveryType_StaysWithinTheRoundingOfItsSum(TensorType type)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Scalar);
        foreach (int cols in Shapes.Cols(type))
        {
            using ProductCase data = new(type, 5, cols, 3, 1);
            WeightMatrix matrix = data.Matrix(Isa.Scalar, exact: true);
            data.Run(matrix, context);
            float[] row = new float[cols];
            for (int r = 0; r < data.Rows; r++)
            {
                matrix.DequantizeRow(r, row);
                for (int t = 0; t < data.Tokens; t++)
                {
                    double sum = 0;
                    double size = 0;
                    for (int k = 0; k < cols; k++)
                    {
                        double product = (double)row[k] * data.X.Row(t)[k];
                        sum += product;
                        size += Math.Abs(product);
                    }

                    // ceil(K / 16) fused steps in a lane and 4 folds; each rounds once.
                    double bound = (((cols + 15) / 16) + 4) * Unit * size * 1.0001;
                    Assert.InRange(data.Y.Row(t)[r], sum - bound, sum + bound);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(BlockTypes))]
    public void Default_EveryBlockType_DiffersFromExactByTheActivationRoundingOnly(TensorType type)
    {
        using WorkerPool pool = new(1);
        using KernelContext context = new(pool, CpuFeatures.Scalar);
        foreach (int cols in Shapes.Cols(type))
        {
            using ProductCase data = new(type, 5, cols, 3, 2);
            WeightMatrix matrix = data.Matrix(Isa.Scalar);
            data.Run(matrix, context);
            float[] row = new float[cols];
            for (int r = 0; r < data.Rows; r++)
            {
                matrix.DequantizeRow(r, row);
                int rowBytes = (int)TensorTypes.ByteCount(type, cols);
                IntegerParts parts = IntegerParts.Of(type, data.Weights.Bytes.Slice(r * rowBytes, rowBytes));
                for (int t = 0; t < data.Tokens; t++)
                {
                    (double sum, double bound) = Bound(parts, row, data.X.Row(t));
                    Assert.InRange(data.Y.Row(t)[r], sum - bound, sum + bound);
                }
            }
        }
    }

    // Per element |x - a p| <= a / 2 plus the roundings of a, of 127 / max and of their product (3 units of 127 a).
    // Per group the sum rounds once or twice (s a, fma; a sum(p), fma), on partial sums no larger than the sum of magnitudes.
    private static (double Sum, double Bound) Bound(IntegerParts parts, ReadOnlySpan<float> w, ReadOnlySpan<float> x)
    {
        double sum = 0;
        double activation = 0;
        double size = 0;
        for (int g = 0; g < x.Length; g += QuantizedRow.GroupLength)
        {
            double a = 0;
            for (int i = g; i < g + QuantizedRow.GroupLength; i++)
            {
                a = Math.Max(a, Math.Abs(x[i]) / 127);
            }

            for (int i = g; i < g + QuantizedRow.GroupLength; i++)
            {
                sum += (double)w[i] * x[i];
                activation += Math.Abs(w[i]) * a * (0.5 + (4 * 127 * Unit));
                double scale = parts.Scale[i / parts.Group];
                size += (Math.Abs(scale * parts.Values[i]) + Math.Abs(parts.Minimum[i / parts.Group])) * 128 * a;
            }
        }

        int steps = x.Length / parts.Group * (parts.HasMinimum ? 2 : 1);

        // w itself is rounded by the dequantisation that the sum in double starts from: 2 units more.
        return (sum, (activation + ((steps + 4) * Unit * size)) * 1.0001);
    }
}
