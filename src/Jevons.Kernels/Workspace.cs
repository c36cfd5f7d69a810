using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// The memory of a pass: a stack of rows that is emptied at the start of a pass and cut back at the end of each layer. When
/// a pass needs more than there is, a further block is added; the next pass starts with one block of the whole size, so that
/// passes of a size seen before allocate nothing. Not thread-safe.
/// </summary>
public sealed unsafe class Workspace : IDisposable
{
    private const long FirstBlockBytes = 1 << 20;
    private readonly List<AlignedMemory> _blocks = [new AlignedMemory(FirstBlockBytes)];
    private int _block;
    private long _used;
    private long _peak;

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get
        {
            long sum = 0;
            foreach (AlignedMemory block in _blocks)
            {
                sum += block.Length;
            }

            return sum;
        }
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        if (_blocks.Count > 1)
        {
            foreach (AlignedMemory block in _blocks)
            {
                block.Dispose();
            }

            _blocks.Clear();
            _blocks.Add(new AlignedMemory(_peak));
        }

        _block = 0;
        _used = 0;
    }

    /// <summary>Where the stack stands.</summary>
    /// <returns>A mark for <see cref="Release"/>.</returns>
    public (int Block, long Used) Mark() => (_block, _used);

    /// <summary>Cuts the stack back to a mark.</summary>
    /// <param name="mark">From <see cref="Mark"/>, of this pass.</param>
    public void Release((int Block, long Used) mark) => (_block, _used) = mark;

    /// <summary>Rows with undefined content.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="cols">Elements of a row.</param>
    /// <returns>64-byte aligned rows, contiguous.</returns>
    public Tensor Rows(int rows, int cols) => new((float*)Bytes64(sizeof(float) * (long)rows * cols), rows, cols, cols);

    /// <summary>The int8 form of some rows, beside them.</summary>
    /// <param name="x">Rows, with the forms that they have already.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <returns>The same with int8.</returns>
    public ActivationRows Quantize(in ActivationRows x, KernelContext context)
    {
        byte* quantized = Bytes64(x.Count * QuantizedRow.Bytes(x.Values.Cols));
        MatMul.Quantize(x.Values, quantized, context);
        return new ActivationRows(x.Values, quantized, x.Brain);
    }

    /// <summary>The bfloat16 form of some rows, beside them.</summary>
    /// <param name="x">Rows, with the forms that they have already.</param>
    /// <param name="context">Threads.</param>
    /// <returns>The same with bfloat16.</returns>
    public ActivationRows RoundToBFloat16(in ActivationRows x, KernelContext context)
    {
        ushort* brain = (ushort*)Bytes64(sizeof(ushort) * (long)x.Count * x.Values.Cols);
        MatMul.RoundToBFloat16(x.Values, brain, context);
        return new ActivationRows(x.Values, x.Quantized, brain);
    }

    /// <summary>Bytes with undefined content.</summary>
    /// <param name="bytes">Bytes.</param>
    /// <returns>A 64-byte aligned pointer.</returns>
    public byte* Bytes64(long bytes)
    {
        long size = checked(bytes + AlignedMemory.Alignment - 1) / AlignedMemory.Alignment * AlignedMemory.Alignment;
        while (_used + size > _blocks[_block].Length)
        {
            if (_block == _blocks.Count - 1)
            {
                _blocks.Add(new AlignedMemory(Math.Max(size, _blocks[_block].Length)));
            }

            _block++;
            _used = 0;
        }

        byte* pointer = _blocks[_block].Pointer + _used;
        _used += size;
        long total = _used;
        for (int i = 0; i < _block; i++)
        {
            total += _blocks[i].Length;
        }

        _peak = Math.Max(_peak, total);
        return pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (AlignedMemory block in _blocks)
        {
            block.Dispose();
        }
    }
}
