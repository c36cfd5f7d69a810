using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>
/// Products in f32 with one instruction set. The sum over k of w[k] x[k] runs in 16 lanes: lane l adds k = l, l + 16, ...
/// ascending with fused multiply-adds from +0; lanes then fold l with l + 8, with l + 4, with l + 2, with l + 1. Where K is no
/// multiple of 16 the missing lanes of the last step are left as they are. Immutable and thread-safe.
/// </summary>
internal abstract unsafe class FloatProduct : StripProduct
{
    /// <summary>Up to so many tokens, rows are widened four at a time as they are read.</summary>
    public const int FewTokens = 4;

    /// <summary>y[t, r] = sum over k of w[r, k] x[t, k] straight from the stored rows, where this number of tokens has such a path.</summary>
    /// <param name="w">First row, rows without gaps, of the type that this product is for.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">K.</param>
    /// <param name="x">Activations [T, K].</param>
    /// <param name="y">y[0, 0].</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    /// <returns>False when the rows have to be widened first.</returns>
    public abstract bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride);

    /// <summary>The same for rows that have been widened, for at most FewTokens tokens.</summary>
    /// <param name="w">First row, rows of f32 without gaps.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">K.</param>
    /// <param name="x">Activations [T, K].</param>
    /// <param name="y">y[0, 0].</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    public abstract void MultiplyFewWidened(float* w, int rows, int cols, Tensor x, float* y, long yStride);

    /// <summary>y[t, c] = fma(x[t, r], w[r, c], y[t, c]) for r ascending: one step of the transposed product.</summary>
    /// <param name="w">Rows of f32.</param>
    /// <param name="wStride">Elements from one row to the next.</param>
    /// <param name="x">Factors [T, rows].</param>
    /// <param name="y">Sums so far [T, columns].</param>
    public abstract void AddScaledRows(float* w, long wStride, Tensor x, Tensor y);

    /// <summary>y[i] = y[i] * factor.</summary>
    /// <param name="y">Elements.</param>
    /// <param name="count">Their number.</param>
    /// <param name="factor">The factor.</param>
    public abstract void Scale(float* y, int count, float factor);

    /// <summary>Stored elements to f32, exactly.</summary>
    /// <param name="type">Stored type.</param>
    /// <param name="from">Whole blocks.</param>
    /// <param name="to">As many elements.</param>
    public virtual void Widen(TensorType type, ReadOnlySpan<byte> from, Span<float> to) => Dequantize.Row(type, from, to);
}
