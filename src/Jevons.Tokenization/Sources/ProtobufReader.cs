using System.Buffers.Binary;
using System.Text;

namespace Jevons.Tokenization;

/// <summary>Walks the fields of one protobuf message (wire format: varint, 64-bit, length-delimited, 32-bit).</summary>
/// <param name="message">The message's bytes.</param>
/// <param name="offset">Where in the file they start, for messages.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, long offset)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly long _offset = offset;
    private int _position;

    /// <summary>The number of the present field.</summary>
    public int Field { get; private set; }

    /// <summary>The present field's value where it is a varint or fixed.</summary>
    public ulong Number { get; private set; }

    /// <summary>The present field's value where it is length-delimited, else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where in the file <see cref="Bytes"/> start.</summary>
    public readonly long BytesOffset => _offset + _position - Bytes.Length;

    /// <summary>The present field as a 32-bit float.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Number);

    /// <summary>The present field as UTF-8 text.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8.</exception>
    public readonly string Text
    {
        get
        {
            if (!System.Text.Unicode.Utf8.IsValid(Bytes))
            {
                throw new InvalidDataException($"SentencePiece model: field {Field} at byte {BytesOffset} is not UTF-8");
            }

            return Encoding.UTF8.GetString(Bytes);
        }
    }

    /// <summary>Goes to the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">The message is cut off or has a wire type that no field has.</exception>
    public bool Next()
    {
        Bytes = default;
        if (_position == _message.Length)
        {
            return false;
        }

        ulong key = Varint();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        switch (key & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException(
                    $"SentencePiece model: byte {_offset + _position} starts a field of wire type {key & 7}; 0, 1, 2 or 5 is expected");
        }

        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException($"SentencePiece model: the number before byte {_offset + _position} has more than 10 bytes");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - _position))
        {
            throw new InvalidDataException(
                $"SentencePiece model: {count} bytes are announced at byte {_offset + _position}, {_message.Length - _position} are left");
        }

        ReadOnlySpan<byte> bytes = _message.Slice(_position, (int)count);
        _position += (int)count;
        return bytes;
    }
}
