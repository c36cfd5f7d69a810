using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>Rows that outlive a pass: hidden states kept for the draft layer, logits kept for a caller. Owned; grows on demand.</summary>
public sealed unsafe class TensorBuffer : IDisposable
{
    private AlignedMemory _memory = new(0);

    /// <summary>The rows, undefined after <see cref="Resize"/> until written.</summary>
    public Tensor Rows { get; private set; }

    /// <summary>Sets the shape; the content becomes undefined. Allocates only when the size exceeds every one before.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">Elements of a row.</param>
    /// <returns>The rows.</returns>
    public Tensor Resize(int rows, int cols)
    {
        long bytes = sizeof(float) * (long)rows * cols;
        if (bytes > _memory.Length)
        {
            _memory.Dispose();
            _memory = new AlignedMemory(bytes);
        }

        return Rows = new Tensor((float*)_memory.Pointer, rows, cols, cols);
    }

    /// <summary>Takes the shape and the content of <paramref name="source"/>.</summary>
    /// <param name="source">Rows to copy; not rows of this buffer.</param>
    /// <returns>The copy.</returns>
    public Tensor CopyFrom(Tensor source)
    {
        Tensor rows = Resize(source.Rows, source.Cols);
        for (int i = 0; i < source.Rows; i++)
        {
            source.Row(i).CopyTo(rows.Row(i));
        }

        return rows;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
