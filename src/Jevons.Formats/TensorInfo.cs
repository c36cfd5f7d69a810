using Jevons.Numerics;

namespace Jevons.Formats;

/// <summary>
/// One stored tensor: what the header says of it, and its bytes in the mapped file. Immutable; may be read by many threads.
/// </summary>
public sealed class TensorInfo
{
    private readonly TensorEntry _entry;
    private readonly MappedFile _file;

    internal TensorInfo(TensorEntry entry, MappedFile file)
    {
        _entry = entry;
        _file = file;
    }

    /// <summary>Name in the file, such as <c>blk.0.attn_q.weight</c> or <c>model.embed_tokens.weight</c>.</summary>
    public string Name => _entry.Name;

    /// <summary>Element type.</summary>
    /// <exception cref="InvalidDataException">The file's type (<see cref="TypeName"/>) is not one that can be computed with.</exception>
    public TensorType Type => _entry.Type ?? throw UnusableType();

    /// <summary>The type as the file spells it (<c>Q4_K</c>, <c>F8_E4M3</c>); never throws.</summary>
    public string TypeName => _entry.TypeName;

    /// <summary>True when <see cref="Type"/> can be asked for.</summary>
    public bool HasKnownType => _entry.Type is not null;

    /// <summary>
    /// Dimensions, row-major: outermost first, the last one contiguous. A GGUF file lists the same dimensions in reverse.
    /// Empty for a scalar.
    /// </summary>
    public long[] Shape => _entry.Shape;

    /// <summary>Number of elements: the product of <see cref="Shape"/>.</summary>
    public long ElementCount
    {
        get
        {
            long count = 1;
            foreach (long dim in Shape)
            {
                count *= dim;
            }

            return count;
        }
    }

    /// <summary>First byte of the data, counted from the start of <see cref="File"/>.</summary>
    public long Offset => _entry.Offset;

    /// <summary>Bytes of the data.</summary>
    public long ByteLength => _entry.ByteLength;

    /// <summary>Path of the file (of the shard) that holds the tensor.</summary>
    public string File => _file.Path;

    /// <summary>True when the data ends within the file, false for a truncated or header-only file.</summary>
    public bool IsWithinFile => Offset + ByteLength <= _file.Length;

    /// <summary>
    /// The data in the mapped file, without a copy; valid until the <see cref="Checkpoint"/> is disposed. The first call
    /// for a file maps it. The address has the alignment of <see cref="Offset"/>: GGUF aligns tensors to 32 bytes or more,
    /// safetensors promises none.
    /// </summary>
    /// <exception cref="InvalidDataException">The tensor ends beyond the file.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint was disposed.</exception>
    public MemoryRegion Data
    {
        get
        {
            ThrowIfBeyondFile();
            return _file.Region.Slice(Offset, ByteLength);
        }
    }

    /// <summary>"blk.0.attn_q.weight Q4_K [4096, 4096]".</summary>
    /// <returns>Name, type and shape.</returns>
    public override string ToString() => $"{Name} {TypeName} [{string.Join(", ", Shape)}]";

    internal void ThrowIfBeyondFile()
    {
        if (!IsWithinFile)
        {
            throw BadFile.Because(
                File,
                $"tensor {BadFile.Quote(Name)} ends at byte {Offset + ByteLength}, beyond the file's {_file.Length} bytes; "
                + "the file is truncated or holds only a header, download it again");
        }
    }

    private InvalidDataException UnusableType() => BadFile.Because(
        File,
        $"tensor {BadFile.Quote(Name)} has type {BadFile.Quote(TypeName)}, which cannot be computed with; use a file of another type");
}
