using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>The specification: plain loops in the order that <see cref="FloatProduct"/> states.</summary>
internal sealed unsafe class ScalarFloatProduct : FloatProduct
{
    private const int Lanes = 16;

    /// <inheritdoc/>
    public override void Multiply(float* w, long wStride, int rows, int cols, Tensor x, float* y, long yStride)
    {
        for (int t = 0; t < x.Rows; t++)
        {
            for (int r = 0; r < rows; r++)
            {
                y[(t * yStride) + r] = Dot(w + (r * wStride), x.Pointer + ((long)t * x.Stride), cols);
            }
        }
    }

    /// <inheritdoc/>
    public override bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride) => false;

    /// <inheritdoc/>
    public override void AddScaledRows(float* w, long wStride, int rows, float* x, float* y, int cols)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int c = 0; c < cols; c++)
            {
                y[c] = MathF.FusedMultiplyAdd(x[r], w[(r * wStride) + c], y[c]);
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

    private static float Dot(float* w, float* x, int n)
    {
        float* lanes = stackalloc float[Lanes];
        new Span<float>(lanes, Lanes).Clear();
        for (int k = 0; k < n; k++)
        {
            lanes[k % Lanes] = MathF.FusedMultiplyAdd(w[k], x[k], lanes[k % Lanes]);
        }

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
