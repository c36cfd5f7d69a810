using Jevons.Kernels.Products;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>A product whose last bit is wrong in one output, and only for some number of tokens.</summary>
internal sealed unsafe class WrongBrainProduct(BrainProduct right, int tokens) : BrainProduct
{
    public override void Multiply(byte* w, int rowCount, Tensor pairs, Tensor y, int firstRow, Scratch scratch, int worker)
    {
        right.Multiply(w, rowCount, pairs, y, firstRow, scratch, worker);
        if (pairs.Rows == tokens)
        {
            ((int*)y.Pointer)[((long)(tokens - 1) * y.Stride) + firstRow] ^= 1;
        }
    }
}
