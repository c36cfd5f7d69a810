namespace Jevons.Kernels.Products;

/// <summary>
/// Products of bfloat16 with bfloat16. A row of K columns is K / 2 pairs; the sum over pairs runs in 16 lanes as
/// <see cref="FloatProduct"/>'s does over columns, with <see cref="BrainPairs.Add"/> for a step. Immutable and thread-safe.
/// </summary>
internal abstract unsafe class BrainProduct
{
    /// <summary>y[t, firstRow + r] for every token and some rows.</summary>
    /// <param name="w">First byte of the first row, rows without gaps.</param>
    /// <param name="rowCount">Rows.</param>
    /// <param name="pairs">Tokens as pairs [T, K / 2]: each float holds two bfloat16, the even column in its low half.</param>
    /// <param name="y">y [T, R].</param>
    /// <param name="firstRow">Column of y that the first row makes.</param>
    /// <param name="scratch">Scratch memory.</param>
    /// <param name="worker">The worker that runs this.</param>
    public abstract void Multiply(byte* w, int rowCount, Tensor pairs, Tensor y, int firstRow, Scratch scratch, int worker);
}
