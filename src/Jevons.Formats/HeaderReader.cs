using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Jevons.Formats;

/// <summary>
/// Reads a little-endian header forwards from a stream and refuses to pass the end of the file or a fixed header limit.
/// Nothing is allocated for a count before the bytes that it announces are known to exist, and large runs grow as they are
/// read, so a hostile count costs no memory. Every failure names the file, the field and the byte.
/// </summary>
internal sealed class HeaderReader
{
    // Real headers are below 20 MB; the limit bounds the work that a sparse hostile file can ask for.
    private const long HeaderLimit = 256L << 20;
    private const int BufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private readonly byte[] _buffer;
    private readonly long _end;
    private int _start;
    private int _filled;

    /// <summary>Starts at byte 0 of <paramref name="stream"/>.</summary>
    /// <param name="stream">Read forwards only, never beyond <paramref name="length"/>.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="file">Path for messages.</param>
    public HeaderReader(Stream stream, long length, string file)
    {
        _stream = stream;
        _buffer = new byte[Math.Min(length, BufferBytes)];
        _end = Math.Min(length, HeaderLimit);
        Length = length;
        File = file;
    }

    /// <summary>Path for messages.</summary>
    public string File { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>The next byte to read.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes that the header may still use.</summary>
    public long Remaining => _end - Position;

    /// <summary>What is being read, for messages: "key 'general.name'".</summary>
    public string Field { get; set; } = "header";

    /// <summary>An exception for the field that begins at <paramref name="offset"/>.</summary>
    public InvalidDataException Bad(long offset, string message) => BadFile.At(File, offset, Field, message);

    /// <summary>An exception for a field that no intact file has.</summary>
    public InvalidDataException Damaged(long offset, string message) => Bad(offset, message + "; the file is damaged");

    /// <summary>Fills <paramref name="destination"/>.</summary>
    public void Read(Span<byte> destination)
    {
        Require(destination.Length);
        Position += destination.Length;
        int buffered = Math.Min(_filled - _start, destination.Length);
        _buffer.AsSpan(_start, buffered).CopyTo(destination);
        _start += buffered;
        destination = destination[buffered..];
        while (!destination.IsEmpty)
        {
            int wanted = (int)Math.Min(_buffer.Length, Length - Position + destination.Length);
            _filled = _stream.ReadAtLeast(_buffer.AsSpan(0, wanted), Math.Min(wanted, destination.Length), throwOnEndOfStream: false);
            if (_filled == 0)
            {
                throw Bad(Position, "the file became shorter while it was read");
            }

            _start = Math.Min(_filled, destination.Length);
            _buffer.AsSpan(0, _start).CopyTo(destination);
            destination = destination[_start..];
        }
    }

    /// <summary>Reads one byte.</summary>
    public byte ReadByte()
    {
        Span<byte> bytes = stackalloc byte[1];
        Read(bytes);
        return bytes[0];
    }

    /// <summary>Reads two bytes.</summary>
    public ushort ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Read(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    /// <summary>Reads four bytes.</summary>
    public uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Read(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <summary>Reads eight bytes.</summary>
    public ulong ReadUInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Read(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Reads a 64-bit count of things that take at least <paramref name="leastBytes"/> bytes each.</summary>
    /// <param name="leastBytes">Smallest encoding of one thing.</param>
    /// <param name="things">What is counted, for the message.</param>
    /// <returns>A count that the rest of the file can hold.</returns>
    public int ReadCount(int leastBytes, string things)
    {
        long offset = Position;
        ulong count = ReadUInt64();
        if (count > (ulong)(Remaining / leastBytes))
        {
            throw Bad(
                offset,
                $"{count} {things} need at least {leastBytes} bytes each, {Remaining} bytes are left; the file is truncated or damaged");
        }

        return (int)count;
    }

    /// <summary>Reads <paramref name="count"/> elements; the array grows while the bytes arrive.</summary>
    /// <typeparam name="T">A little-endian number type.</typeparam>
    /// <param name="count">Elements, already checked against <see cref="Remaining"/>.</param>
    /// <returns>The elements.</returns>
    public T[] ReadArray<T>(int count)
        where T : unmanaged
    {
        Require((long)count * Unsafe.SizeOf<T>());
        T[] elements = new T[Math.Min(count, BufferBytes)];
        int done = 0;
        while (true)
        {
            Read(MemoryMarshal.AsBytes(elements.AsSpan(done)));
            done = elements.Length;
            if (done == count)
            {
                return elements;
            }

            Array.Resize(ref elements, (int)Math.Min(count, done * 2L));
        }
    }

    private void Require(long bytes)
    {
        if (bytes <= Remaining)
        {
            return;
        }

        throw Bad(Position, Length > _end
            ? $"the header passes {HeaderLimit} bytes, more than any real file has; the file is damaged"
            : $"{bytes} bytes are needed and the file ends at byte {Length}; it is truncated or damaged, download it again");
    }
}
