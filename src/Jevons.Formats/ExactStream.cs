namespace Jevons.Formats;

/// <summary>Passes writes on and holds the producer of a tensor to the byte count that the header announced.</summary>
internal sealed class ExactStream : Stream
{
    private readonly Stream _inner;
    private readonly string _what;
    private readonly long _expected;
    private long _written;

    /// <summary>Expects exactly <paramref name="expected"/> bytes for <paramref name="what"/>.</summary>
    public ExactStream(Stream inner, long expected, string what)
    {
        _inner = inner;
        _expected = expected;
        _what = what;
    }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _expected;

    /// <inheritdoc/>
    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    /// <summary>Checks that all bytes came.</summary>
    /// <exception cref="InvalidOperationException">Too few bytes were written.</exception>
    public void ThrowIfShort()
    {
        if (_written != _expected)
        {
            throw new InvalidOperationException($"{_what}: {_written} bytes were written, {_expected} were announced");
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > _expected - _written)
        {
            throw new InvalidOperationException($"{_what}: more than the announced {_expected} bytes are written");
        }

        _inner.Write(buffer);
        _written += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void WriteByte(byte value) => Write([value]);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
