using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>The specification: plain loops in the order that <see cref="FloatProduct"/> states.</summary>
internal sealed unsafe class ScalarFloatProduct : FloatProduct
{
    /// <inheritdoc/>
    public override int GroupTokens => 4;

    /// <inheritdoc/>
    public override bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride) => false;

    /// <inheritdoc/>
    public override void MultiplyFewWidened(float* w, int rows, int cols, Tensor x, float* y, long yStride)
    {
        float* lanes = stackalloc float[Lanes];
        for (int t = 0; t < x.Rows; t++)
        {
            for (int r = 0; r < rows; r++)
            {
                new Span<float>(lanes, Lanes).Clear();
                Add(w + ((long)r * cols), x.Pointer + ((long)t * x.Stride), cols, lanes);
                y[(t * yStride) + r] = Fold(lanes);
            }
        }
    }

    /// <inheritdoc/>
    public override void AddStrip(float* w, int rows, Tensor x, float* sums, bool first)
    {
        for (int t = 0; t < x.Rows; t++)
        {
            for (int r = 0; r < rows; r++)
            {
                float* lanes = sums + (((t * BlockRows) + r) * Lanes);
                if (first)
                {
                    new Span<float>(lanes, Lanes).Clear();
                }

                Add(w + ((long)r * RowFloats), x.Pointer + ((long)t * x.Stride), x.Cols, lanes);
            }
        }
    }

    /// <inheritdoc/>
    public override void StoreSums(float* sums, int rows, int tokens, float* y, long yStride)
    {
        for (int t = 0; t < tokens; t++)
        {
            for (int r = 0; r < rows; r++)
            {
                y[(t * yStride) + r] = Fold(sums + (((t * BlockRows) + r) * Lanes));
            }
        }
    }

    /// <inheritdoc/>
    public override void AddScaledRows(float* w, long wStride, Tensor x, Tensor y)
    {
        for (int t = 0; t < x.Rows; t++)
        {
            Span<float> sums = y.Row(t);
            for (int r = 0; r < x.Cols; r++)
            {
                float factor = x.Row(t)[r];
                for (int c = 0; c < sums.Length; c++)
                {
                    sums[c] = MathF.FusedMultiplyAdd(factor, w[(r * wStride) + c], sums[c]);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Scale(float* y, int count, float factor)
    {
        for (int i = 0; i < count; i++)
        {
            y[i] *= factor;
        }
    }

    /// <inheritdoc/>
    public override void Widen(TensorType type, ReadOnlySpan<byte> from, Span<float> to) => Dequantize.RowScalar(type, from, to);

    private static void Add(float* w, float* x, int n, float* lanes)
    {
        for (int k = 0; k < n; k++)
        {
            lanes[k % Lanes] = MathF.FusedMultiplyAdd(w[k], x[k], lanes[k % Lanes]);
        }
    }

    private static float Fold(float* lanes)
    {
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
            {
                lanes[l] += lanes[l + half];
            }
        }

        return lanes[0];
    }
}
