namespace Jevons.Kernels.Products;

/// <summary>
/// The product of block-quantised rows, for one type and one way to compute it. With int8 activations: for an output, with
/// group g of the weights (scale s, minimum m, integers q) and activations (scale a, integers p), from acc = +0, g ascending:
/// <c>acc = fma(s * a, (float) sum(q p), acc)</c>, then, where the type has minima, <c>acc = fma(-m, a * sum(p), acc)</c>.
/// The integer sum is exact; s * a and a * sum(p) are rounded. With f32 activations: <see cref="FloatProduct"/>'s sum of the
/// dequantised weights. Immutable and thread-safe.
/// </summary>
internal abstract unsafe class QuantProduct
{
    /// <summary>Up to so many tokens of f32 it is faster than widening rows for all.</summary>
    public virtual int FewTokens => FloatProduct.FewTokens;

    /// <summary>y[t, r] for every token and row.</summary>
    /// <param name="w">First row.</param>
    /// <param name="rowBytes">Bytes from one row to the next.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">K.</param>
    /// <param name="x">Activations, with their int8 form where that is multiplied.</param>
    /// <param name="y">y[0, 0].</param>
    /// <param name="yStride">Elements from one token of y to the next.</param>
    /// <param name="scratch">Scratch memory.</param>
    /// <param name="worker">The worker that runs this.</param>
    public abstract void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker);
}
