using System.Buffers.Binary;

namespace Jevons.Tokenization;

/// <summary>
/// SentencePiece's precompiled character map (normalizer_spec.precompiled_charsmap): a little-endian u32 size, a double-array
/// trie of u32 units, then NUL-terminated UTF-8 replacements. Immutable.
/// </summary>
internal sealed class CharsMap
{
    private const int LongestReplacement = 1024;
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    /// <summary>Reads a map.</summary>
    /// <param name="blob">The bytes of the map.</param>
    /// <exception cref="InvalidDataException">The sizes do not fit, or a replacement is absurdly long.</exception>
    public CharsMap(ReadOnlySpan<byte> blob)
    {
        uint size = blob.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(blob) : 0;
        if (size == 0 || size % 4 != 0 || size > blob.Length - 4)
        {
            throw new InvalidDataException(
                $"precompiled_charsmap: the trie says {size} bytes, the map has {blob.Length}; a multiple of 4 that fits is expected");
        }

        _units = new uint[size / 4];
        for (int i = 0; i < _units.Length; i++)
        {
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(blob[(4 + (4 * i))..]);
        }

        _replacements = blob[(4 + (int)size)..].ToArray();
        for (int start = 0; start < _replacements.Length;)
        {
            int length = _replacements.AsSpan(start).IndexOf((byte)0);
            length = length < 0 ? _replacements.Length - start : length;
            if (length > LongestReplacement)
            {
                throw new InvalidDataException(
                    $"precompiled_charsmap: the replacement at {start} has {length} bytes, at most {LongestReplacement} are expected");
            }

            start += length + 1;
        }
    }

    /// <summary>Finds the longest entry at the start of a text.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="length">How much of the text it replaces, 0 if there is none.</param>
    /// <returns>The replacement.</returns>
    public ReadOnlySpan<byte> Match(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        uint value = 0;
        uint node = Offset(_units[0]);
        for (int i = 0; i < text.Length && text[i] != 0; i++)
        {
            node ^= text[i];
            if (node >= _units.Length || (_units[node] & 0x800000FF) != text[i])
            {
                break;
            }

            uint unit = _units[node];
            node ^= Offset(unit);
            if ((unit & 0x100) != 0 && node < _units.Length)
            {
                length = i + 1;
                value = _units[node] & 0x7FFFFFFF;
            }
        }

        if (length == 0 || value >= _replacements.Length)
        {
            return [];
        }

        ReadOnlySpan<byte> rest = _replacements.AsSpan((int)value);
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
