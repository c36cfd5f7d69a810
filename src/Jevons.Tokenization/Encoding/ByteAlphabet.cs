namespace Jevons.Tokenization;

/// <summary>
/// GPT-2's way to write bytes as characters: 33–126, 161–172 and 174–255 are themselves, the other 68 bytes are U+0100, U+0101,
/// … in ascending order (space is U+0120, newline U+010A).
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_toChar = MakeToChar();

    private static readonly short[] s_toByte = MakeToByte();

    /// <summary>The character that stands for a byte.</summary>
    public static char ToChar(byte value) => s_toChar[value];

    /// <summary>The byte that a character stands for, or -1.</summary>
    public static int ToByte(char c) => c < s_toByte.Length ? s_toByte[c] : -1;

    /// <summary>Turns a token's text into the bytes that it stands for.</summary>
    /// <param name="text">The text as the vocabulary writes it.</param>
    /// <param name="bytes">Receives the bytes, appended; nothing if the text has a character that stands for no byte.</param>
    /// <returns>False where the text has such a character.</returns>
    public static bool TryDecode(string text, ByteBuffer bytes)
    {
        int start = bytes.Length;
        Span<byte> chunk = stackalloc byte[64];
        int used = 0;
        foreach (char c in text)
        {
            int value = ToByte(c);
            if (value < 0)
            {
                bytes.Truncate(start);
                return false;
            }

            if (used == chunk.Length)
            {
                bytes.Append(chunk);
                used = 0;
            }

            chunk[used++] = (byte)value;
        }

        bytes.Append(chunk[..used]);
        return true;
    }

    private static char[] MakeToChar()
    {
        char[] table = new char[256];
        char next = '\u0100';
        for (int b = 0; b < 256; b++)
        {
            table[b] = b is (>= 33 and <= 126) or (>= 161 and <= 172) or (>= 174 and <= 255) ? (char)b : next++;
        }

        return table;
    }

    private static short[] MakeToByte()
    {
        short[] table = new short[0x144];
        Array.Fill(table, (short)-1);
        for (int b = 0; b < 256; b++)
        {
            table[s_toChar[b]] = (short)b;
        }

        return table;
    }
}
