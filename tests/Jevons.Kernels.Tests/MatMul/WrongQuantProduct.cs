using Jevons.Kernels.Products;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>A product whose last bit is wrong in one output, and only for some number of tokens.</summary>
internal sealed unsafe class WrongQuantProduct(QuantProduct right, int tokens, int row) : QuantProduct
{
    public override void Multiply(
        byte* w, long rowBytes, int rows, int cols, in ActivationRows x, float* y, long yStride, Scratch scratch, int worker)
    {
        right.Multiply(w, rowBytes, rows, cols, x, y, yStride, scratch, worker);
        if (x.Count == tokens)
        {
            ((int*)y)[((tokens - 1) * yStride) + row] ^= 1;
        }
    }
}
