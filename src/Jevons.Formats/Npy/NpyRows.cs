using System.Runtime.InteropServices;

namespace Jevons.Formats;

/// <summary>Receives the elements of an array that is being written by <see cref="NpyFile.Write"/>, in C order.</summary>
public sealed class NpyRows
{
    private readonly Stream _stream;

    internal NpyRows(Stream stream)
    {
        _stream = stream;
    }

    /// <summary>Appends elements: one row, several, or a part of one.</summary>
    /// <param name="values">The next elements.</param>
    /// <exception cref="InvalidOperationException">More elements than the shape holds.</exception>
    public void Write(ReadOnlySpan<float> values) => _stream.Write(MemoryMarshal.AsBytes(values));
}
