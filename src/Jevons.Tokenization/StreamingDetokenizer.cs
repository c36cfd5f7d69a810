using System.Text;

namespace Jevons.Tokenization;

/// <summary>
/// Decodes token by token without ever splitting a character: bytes of a character that is not complete yet wait for the next
/// token. All that it returns, joined, is <see cref="Tokenizer.Decode"/> of all ids. Not thread-safe; one per text.
/// </summary>
public sealed class StreamingDetokenizer
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecial;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private char[] _chars = new char[64];
    private bool _stripsBlank;

    /// <summary>Starts a text.</summary>
    /// <param name="tokenizer">The tokenizer whose ids will come.</param>
    /// <param name="skipSpecial">Leaves out control and unknown tokens.</param>
    public StreamingDetokenizer(Tokenizer tokenizer, bool skipSpecial = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _skipSpecial = skipSpecial;
        _stripsBlank = tokenizer.StripsFirstBlank;
    }

    /// <summary>Takes the next token.</summary>
    /// <param name="id">Its id; one outside the vocabulary decodes to nothing.</param>
    /// <returns>The text that is complete now, valid until the next call; often one word, sometimes nothing.</returns>
    public ReadOnlySpan<char> Push(int id) => Decode(_tokenizer.BytesToShow(id, _skipSpecial, ref _stripsBlank), flush: false);

    /// <summary>Ends the text: what still waits is not UTF-8 and becomes U+FFFD. The next token starts a new text.</summary>
    /// <returns>The last of the text, valid until the next call.</returns>
    public ReadOnlySpan<char> Flush()
    {
        _stripsBlank = _tokenizer.StripsFirstBlank;
        return Decode([], flush: true);
    }

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        // A byte gives at most one UTF-16 unit; the bytes that waited may give up to three more.
        int most = bytes.Length + 4;
        if (_chars.Length < most)
        {
            _chars = new char[2 * most];
        }

        int count = _decoder.GetChars(bytes, _chars, flush);
        return _chars.AsSpan(0, count);
    }
}
