namespace Jevons.Tokenization;

/// <summary>
/// SentencePiece's rewriting: the character map, white space that collapses, the blank before the text, and blanks as U+2581.
/// Immutable.
/// </summary>
internal sealed class SentencePieceNormalizer
{
    private readonly CharsMap? _map;
    private readonly TokenSearch? _kept;
    private readonly SpacePrefix _prefix;
    private readonly bool _onlyIfMissing;
    private readonly bool _removesExtra;

    /// <summary>Makes the normaliser of a definition.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="kept">Plain added tokens, which are copied unchanged; null for none.</param>
    public SentencePieceNormalizer(TokenizerDefinition definition, TokenSearch? kept)
    {
        _map = definition.Normalizer == TextNormalizer.CharsMap ? new CharsMap(definition.CharsMap.Span) : null;
        _kept = kept is { IsEmpty: false } ? kept : null;
        _prefix = definition.SpacePrefix;
        _onlyIfMissing = definition.SpacePrefixOnlyIfMissing;
        _removesExtra = definition.RemoveExtraWhitespaces;
    }

    /// <summary>U+2581 in UTF-8, which stands for a blank.</summary>
    public static ReadOnlySpan<byte> Blank => [0xE2, 0x96, 0x81];

    /// <summary>Rewrites a fragment.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="isFirst">The fragment starts the text.</param>
    /// <param name="output">Receives the result (cleared first).</param>
    public void Normalize(ReadOnlySpan<byte> text, bool isFirst, ByteBuffer output)
    {
        output.Clear();
        while (_removesExtra && !text.IsEmpty && Next(text, out int blank).SequenceEqual(" "u8))
        {
            text = text[blank..];
        }

        if (text.IsEmpty)
        {
            return;
        }

        bool startsBlank = text[0] == ' ' || text.StartsWith(Blank);
        if ((_prefix == SpacePrefix.Fragment || (_prefix == SpacePrefix.Text && isFirst)) && !(_onlyIfMissing && startsBlank))
        {
            output.Append(Blank);
        }

        if (_map is null && !_removesExtra)
        {
            AppendEscaped(text, output);
            return;
        }

        bool afterBlank = _removesExtra;
        while (!text.IsEmpty)
        {
            ReadOnlySpan<byte> piece = Next(text, out int length);
            piece = afterBlank ? piece.TrimStart((byte)' ') : piece;
            if (!piece.IsEmpty)
            {
                AppendEscaped(piece, output);
                afterBlank = _removesExtra && piece[^1] == ' ';
            }

            text = text[length..];
        }

        while (_removesExtra && output.Span.EndsWith(Blank))
        {
            output.Truncate(output.Length - Blank.Length);
        }
    }

    private static void AppendEscaped(ReadOnlySpan<byte> text, ByteBuffer output)
    {
        for (int blank = text.IndexOf((byte)' '); blank >= 0; blank = text.IndexOf((byte)' '))
        {
            output.Append(text[..blank]);
            output.Append(Blank);
            text = text[(blank + 1)..];
        }

        output.Append(text);
    }

    /// <summary>What the start of a text becomes, and how much of the text that is.</summary>
    private ReadOnlySpan<byte> Next(ReadOnlySpan<byte> text, out int length)
    {
        length = _kept?.PlainPrefix(text) ?? 0;
        if (length > 0)
        {
            return text[..length];
        }

        if (_map is not null)
        {
            ReadOnlySpan<byte> replacement = _map.Match(text, out length);
            if (length > 0)
            {
                return replacement;
            }
        }

        CharClasses.CodePointAt(text, 0, out length);
        return text[..length];
    }
}
