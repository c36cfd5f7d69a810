using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// A matrix of weights [Rows, Cols] in whatever type the file stores, read in place. It is all that models see of
/// quantisation. Immutable and thread-safe; it borrows the memory that it was made over.
/// </summary>
/// <remarks>
/// Reduction order, the same for every shape of the call (docs/numerics.md):
/// quantised weights against int8 activations: exact integer sums inside a group of 32 (16 where the type scales per 16),
/// then one fused multiply-add per group, ascending; float weights (and exact mode): 16 lanes, lane l sums k = l, l+16, ...
/// ascending with fused multiply-adds, then a fixed tree over the lanes.
/// </remarks>
public abstract partial class WeightMatrix
{
    /// <summary>Sets the shape.</summary>
    /// <param name="type">Stored type.</param>
    /// <param name="rows">Rows (outputs).</param>
    /// <param name="cols">Columns (inputs).</param>
    protected WeightMatrix(TensorType type, int rows, int cols)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cols);
        Type = type;
        Rows = rows;
        Cols = cols;
    }

    /// <summary>Stored type.</summary>
    public TensorType Type { get; }

    /// <summary>Rows: outputs of the product.</summary>
    public int Rows { get; }

    /// <summary>Columns: inputs of the product.</summary>
    public int Cols { get; }

    /// <summary>The form of its activations that the product reads.</summary>
    public abstract ActivationType Activations { get; }

    /// <summary>True when that is int8 (<see cref="ActivationRows.Quantized"/>).</summary>
    public bool UsesQuantizedActivations => Activations == ActivationType.Int8;

    /// <summary>
    /// y[t, r] = sum over k of W[r, k] x[t, k], for rows firstRow .. firstRow + rowCount - 1 and every token t: one unit of
    /// work, run by one thread. Columns of <paramref name="y"/> are addressed by the row of W, so y has Rows columns.
    /// </summary>
    /// <param name="x">Activations [T, Cols]; with the form of <see cref="Activations"/>.</param>
    /// <param name="y">Result [T, Rows]; must not overlap x.</param>
    /// <param name="firstRow">First row of W.</param>
    /// <param name="rowCount">Rows of W.</param>
    /// <param name="scratch">Scratch memory.</param>
    /// <param name="worker">The worker that runs this unit.</param>
    public abstract void Multiply(in ActivationRows x, Tensor y, int firstRow, int rowCount, Scratch scratch, int worker);

    /// <summary>
    /// y[t, c] = sum over r of x[t, r] W[r, c], in f32 on the dequantised weights, r ascending with one fused multiply-add
    /// each, for every token t and columns firstCol .. firstCol + colCount - 1 (multiples of the type's block length).
    /// </summary>
    /// <param name="x">[T, Rows].</param>
    /// <param name="y">[T, Cols]; must not overlap x.</param>
    /// <param name="firstCol">First column.</param>
    /// <param name="colCount">Columns.</param>
    /// <param name="scratch">Scratch memory.</param>
    /// <param name="worker">The worker that runs this unit.</param>
    public abstract void MultiplyTransposed(Tensor x, Tensor y, int firstCol, int colCount, Scratch scratch, int worker);

    /// <summary>One row as f32, exactly as the format defines it (embedding lookup, exact mode).</summary>
    /// <param name="row">0..Rows-1.</param>
    /// <param name="destination">Cols elements.</param>
    public abstract void DequantizeRow(int row, Span<float> destination);

    /// <summary>A view of some consecutive rows (the heads of kv_b, one expert of a stack).</summary>
    /// <param name="firstRow">First row.</param>
    /// <param name="rowCount">Rows.</param>
    /// <returns>A matrix over the same memory.</returns>
    public abstract WeightMatrix Slice(int firstRow, int rowCount);
}
