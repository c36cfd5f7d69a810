using System.Collections;
using System.Text;

namespace Jevons.Formats;

/// <summary>
/// An array of strings as a GGUF file holds it: one run of UTF-8 bytes and the end of each string. A vocabulary of 150,000
/// tokens is two allocations; text is decoded when asked for, and bytes that are not UTF-8 survive a rewrite. Immutable.
/// </summary>
public sealed class GgufStrings : IReadOnlyList<string>
{
    private readonly byte[] _bytes;
    private readonly int[] _ends;

    /// <summary>Encodes <paramref name="strings"/>.</summary>
    /// <param name="strings">Any strings.</param>
    /// <exception cref="OverflowException">The text exceeds 2^31 - 1 bytes.</exception>
    public GgufStrings(IReadOnlyCollection<string> strings)
    {
        int total = 0;
        foreach (string text in strings)
        {
            total = checked(total + Encoding.UTF8.GetByteCount(text));
        }

        _bytes = new byte[total];
        _ends = new int[strings.Count];
        int index = 0, end = 0;
        foreach (string text in strings)
        {
            end += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(end));
            _ends[index++] = end;
        }
    }

    internal GgufStrings(byte[] bytes, int[] ends)
    {
        _bytes = bytes;
        _ends = ends;
    }

    /// <summary>Number of strings.</summary>
    public int Count => _ends.Length;

    /// <summary>String <paramref name="index"/>; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>A new string.</returns>
    public string this[int index] => Encoding.UTF8.GetString(Utf8(index));

    /// <summary>The bytes of string <paramref name="index"/>, as the file holds them.</summary>
    /// <param name="index">0 to Count - 1.</param>
    /// <returns>UTF-8 bytes.</returns>
    public ReadOnlySpan<byte> Utf8(int index)
    {
        int start = index == 0 ? 0 : _ends[index - 1];
        return _bytes.AsSpan(start, _ends[index] - start);
    }

    /// <summary>All strings, decoded.</summary>
    /// <returns>A new array.</returns>
    public string[] ToArray()
    {
        string[] strings = new string[Count];
        for (int i = 0; i < strings.Length; i++)
        {
            strings[i] = this[i];
        }

        return strings;
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
