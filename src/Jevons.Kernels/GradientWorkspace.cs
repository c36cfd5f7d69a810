using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// Memory of a recorded pass: a stack of rows, each of which has a gradient of the same shape at the same place of a second
/// memory, so that a view of values finds its gradient by its address. Values stay until <see cref="Clear"/>; gradient memory
/// is lent by the caller, so that segments that are walked one after the other share one. Not thread-safe.
/// </summary>
public sealed unsafe class GradientWorkspace : IDisposable
{
    private const long SmallestBlock = 1 << 20;
    private readonly List<Block> _blocks = [];
    private AlignedMemory? _gradients;
    private int _block;
    private long _used;

    /// <summary>Bytes of values in use.</summary>
    public long UsedBytes => _blocks.Count == 0 ? 0 : _blocks[_block].Start + _used;

    /// <summary>Bytes of values held.</summary>
    public long Bytes => _blocks.Sum(b => b.Memory.Length);

    /// <summary>Drops all rows. What follows has one block of the size that was held.</summary>
    public void Clear()
    {
        if (_blocks.Count > 1)
        {
            long bytes = Bytes;
            Free();
            _blocks.Add(new Block(new AlignedMemory(bytes), 0));
        }

        Restart();
    }

    /// <summary>Starts anew at the first place: rows made before keep their memory, which the new ones share.</summary>
    public void Restart()
    {
        _block = 0;
        _used = 0;
        _gradients = null;
    }

    /// <summary>Rows with undefined content.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">Elements of a row.</param>
    /// <returns>64-byte aligned rows, contiguous.</returns>
    public Tensor Rows(int rows, int cols)
    {
        long unit = AlignedMemory.Alignment;
        long bytes = ((sizeof(float) * (long)rows * cols) + unit - 1) / unit * unit;
        while (_blocks.Count == 0 || _used + bytes > _blocks[_block].Memory.Length)
        {
            if (_block + 1 >= _blocks.Count)
            {
                long held = Bytes;
                _blocks.Add(new Block(new AlignedMemory(Math.Max(bytes, Math.Max(SmallestBlock, held / 2))), held));
            }

            _block = _blocks.Count == 1 ? 0 : _block + 1;
            _used = 0;
        }

        float* pointer = (float*)(_blocks[_block].Memory.Pointer + _used);
        _used += bytes;
        return new Tensor(pointer, rows, cols, cols);
    }

    /// <summary>True when the view lies in this memory.</summary>
    /// <param name="values">A view.</param>
    /// <returns>Whether <see cref="Rows"/> made its memory.</returns>
    public bool Contains(Tensor values) => Find(values) >= 0;

    /// <summary>Takes memory for the gradients of the first rows, zeroed, for as long as they are walked.</summary>
    /// <param name="gradients">At least <paramref name="used"/> bytes.</param>
    /// <param name="used"><see cref="UsedBytes"/> when the last of these rows was made.</param>
    /// <exception cref="ArgumentException">The memory is too small.</exception>
    public void Attach(AlignedMemory gradients, long used)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (gradients.Length < used)
        {
            throw new ArgumentException($"{gradients.Length} bytes do not hold the gradients of {used} bytes", nameof(gradients));
        }

        for (long first = 0; first < used; first += 1 << 30)
        {
            gradients.AsSpan<byte>(first, (int)Math.Min(1 << 30, used - first)).Clear();
        }

        _gradients = gradients;
    }

    /// <summary>The gradient of a view: same shape, same stride.</summary>
    /// <param name="values">A view of rows of this memory.</param>
    /// <returns>Where its gradient is summed.</returns>
    /// <exception cref="ArgumentException">The view lies elsewhere, or no gradients are attached.</exception>
    public Tensor Gradient(Tensor values)
    {
        int block = Find(values);
        if (block < 0 || _gradients is null)
        {
            throw new ArgumentException($"rows [{values.Rows}, {values.Cols}] have no gradient here", nameof(values));
        }

        long offset = _blocks[block].Start + ((byte*)values.Pointer - _blocks[block].Memory.Pointer);
        return new Tensor((float*)(_gradients.Pointer + offset), values.Rows, values.Cols, values.Stride);
    }

    /// <inheritdoc/>
    public void Dispose() => Free();

    private int Find(Tensor values)
    {
        byte* pointer = (byte*)values.Pointer;
        for (int i = 0; i < _blocks.Count; i++)
        {
            byte* first = _blocks[i].Memory.Pointer;
            if (pointer >= first && pointer < first + _blocks[i].Memory.Length)
            {
                return i;
            }
        }

        return -1;
    }

    private void Free()
    {
        foreach (Block block in _blocks)
        {
            block.Memory.Dispose();
        }

        _blocks.Clear();
        _block = 0;
        _used = 0;
    }

    private readonly record struct Block(AlignedMemory Memory, long Start);
}
