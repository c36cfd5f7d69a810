namespace Jevons.Kernels;

/// <summary>
/// A view of float rows in native memory, row-major: element (r, c) is at <c>Pointer[r * Stride + c]</c>. It borrows; the
/// workspace or tape that made it owns the memory. Copying the view copies no data.
/// </summary>
public readonly unsafe struct Tensor
{
    /// <summary>Describes rows in native memory.</summary>
    /// <param name="pointer">First element, 64-byte aligned where a workspace made it.</param>
    /// <param name="rows">Rows (tokens).</param>
    /// <param name="cols">Elements of a row.</param>
    /// <param name="stride">Elements from one row to the next, at least <paramref name="cols"/>.</param>
    public Tensor(float* pointer, int rows, int cols, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(cols);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, cols);
        Pointer = pointer;
        Rows = rows;
        Cols = cols;
        Stride = stride;
    }

    /// <summary>First element. Used inside Kernels only.</summary>
    public float* Pointer { get; }

    /// <summary>Rows (tokens).</summary>
    public int Rows { get; }

    /// <summary>Elements of a row.</summary>
    public int Cols { get; }

    /// <summary>Elements from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>One row.</summary>
    /// <param name="row">0..Rows-1.</param>
    /// <returns>A writable span of Cols elements.</returns>
    public Span<float> Row(int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return new Span<float>(Pointer + ((long)row * Stride), Cols);
    }

    /// <summary>True when both views describe the same elements.</summary>
    /// <param name="other">Another view.</param>
    /// <returns>Whether address and shape are equal.</returns>
    public bool IsSameView(Tensor other) =>
        Pointer == other.Pointer && Rows == other.Rows && Cols == other.Cols && Stride == other.Stride;

    /// <summary>Sets every element to zero.</summary>
    public void Clear()
    {
        for (int i = 0; i < Rows; i++)
        {
            Row(i).Clear();
        }
    }

    /// <summary>Some columns of every row, without copying.</summary>
    /// <param name="first">First column.</param>
    /// <param name="count">Columns.</param>
    /// <returns>A view with the same stride.</returns>
    public Tensor Columns(int first, int count)
    {
        if (first < 0 || count < 0 || first > Cols - count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"columns {first} to {first} + {count} of {Cols}");
        }

        return new Tensor(Pointer + first, Rows, count, Stride);
    }

    /// <summary>Some consecutive rows, without copying.</summary>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <returns>A view.</returns>
    public Tensor RowRange(int first, int count)
    {
        if (first < 0 || count < 0 || first > Rows - count)
        {
            throw new ArgumentOutOfRangeException(nameof(first), $"rows {first} to {first} + {count} of {Rows}");
        }

        return new Tensor(Pointer + ((long)first * Stride), count, Cols, Stride);
    }
}
