using System.Text;

namespace Jevons.Tokenization;

/// <summary>Bytes that grow as they are appended. Not thread-safe; spans are valid until the next append.</summary>
internal sealed class ByteBuffer
{
    private const int KeptCapacity = 1 << 20;
    private byte[] _data = new byte[256];

    /// <summary>How many bytes are in use.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes in use.</summary>
    public ReadOnlySpan<byte> Span => _data.AsSpan(0, Length);

    /// <summary>Forgets the bytes, and the memory too where a long text made it large.</summary>
    public void Clear()
    {
        Length = 0;
        if (_data.Length > KeptCapacity)
        {
            _data = new byte[256];
        }
    }

    /// <summary>Keeps only the first bytes.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Appends bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Appends text as UTF-8; an unpaired surrogate becomes U+FFFD.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        Span<byte> space = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        Length += Encoding.UTF8.GetBytes(text, space);
    }

    /// <summary>Appends one code point as UTF-8.</summary>
    public void Append(int codePoint) => Length += new Rune(codePoint).EncodeToUtf8(Reserve(4));

    private Span<byte> Reserve(int count)
    {
        int needed = checked(Length + count);
        if (needed > _data.Length)
        {
            Array.Resize(ref _data, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _data.Length)));
        }

        return _data.AsSpan(Length);
    }
}
