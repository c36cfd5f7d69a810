using System.Globalization;

namespace Jevons.Tokenization;

/// <summary>Makes the tables of a definition's token bytes.</summary>
internal static class TokenTables
{
    /// <summary>
    /// What each token decodes to: bytes of the byte alphabet, or text with U+2581 as blanks and <c>&lt;0xHH&gt;</c> as bytes;
    /// control, unknown and user-defined tokens are their literal text. Of a byte-level vocabulary, also what merging finds.
    /// </summary>
    public static TokenTable Decoded(TokenizerDefinition definition, TokenRoles roles)
    {
        bool isByteLevel = definition.Kind == TokenizerKind.ByteLevelBpe;
        return Make(definition, id => isByteLevel && roles.IsMerged(id), (id, text, bytes) =>
        {
            switch (roles.Type(id))
            {
                case TokenType.Unknown when definition.UnknownSurface is string surface:
                    bytes.Append(surface.AsSpan());
                    break;
                case TokenType.Control or TokenType.Unknown or TokenType.UserDefined:
                    bytes.Append(text.AsSpan());
                    break;
                case TokenType.Byte when TryReadByte(text, out byte value):
                    bytes.Append([value]);
                    break;
                default:
                    if (!isByteLevel)
                    {
                        bytes.Append(text.Replace('\u2581', ' ').AsSpan());
                    }
                    else if (!ByteAlphabet.TryDecode(text, bytes))
                    {
                        bytes.Append(text.AsSpan());
                    }

                    break;
            }
        });
    }

    /// <summary>The texts of a SentencePiece vocabulary's tokens, and the table in which merging finds them.</summary>
    public static TokenTable Pieces(TokenizerDefinition definition, TokenRoles roles) =>
        Make(definition, roles.IsMerged, (_, text, bytes) => bytes.Append(text.AsSpan()));

    /// <summary>Reads <c>&lt;0xHH&gt;</c>.</summary>
    public static bool TryReadByte(string text, out byte value)
    {
        value = 0;
        return text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>'
            && byte.TryParse(text.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);
    }

    private static TokenTable Make(TokenizerDefinition definition, Func<int, bool> found, Action<int, string, ByteBuffer> append)
    {
        int[] ends = new int[definition.Tokens.Count];
        ByteBuffer bytes = new();
        for (int id = 0; id < ends.Length; id++)
        {
            append(id, definition.Tokens[id], bytes);
            ends[id] = bytes.Length;
        }

        return new TokenTable(bytes.Span, ends, found);
    }
}
