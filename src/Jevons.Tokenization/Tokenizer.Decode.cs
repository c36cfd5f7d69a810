using System.Text;

namespace Jevons.Tokenization;

/// <content>Ids to text.</content>
public sealed partial class Tokenizer
{
    /// <summary>Whether the first blank of a decoded text is the one that encoding has put there.</summary>
    internal bool StripsFirstBlank =>
        Definition.Kind == TokenizerKind.SentencePieceBpe && Definition.SpacePrefix != SpacePrefix.None;

    /// <summary>Decodes ids to text; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Token ids; those outside the vocabulary decode to nothing.</param>
    /// <param name="skipSpecial">Leaves out control and unknown tokens.</param>
    /// <returns>The text.</returns>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecial = false)
    {
        ByteBuffer bytes = new();
        bool strips = StripsFirstBlank;
        foreach (int id in ids)
        {
            bytes.Append(BytesToShow(id, skipSpecial, ref strips));
        }

        return Encoding.UTF8.GetString(bytes.Span);
    }

    /// <summary>
    /// The bytes that a token stands for (not always whole characters); control and user-defined tokens: their text as UTF-8.
    /// </summary>
    /// <param name="id">A token id.</param>
    /// <returns>The bytes, valid as long as the tokenizer; empty for ids outside the vocabulary.</returns>
    public ReadOnlySpan<byte> TokenBytes(int id) => (uint)id < (uint)VocabSize ? _decoded[id] : default;

    /// <summary>The bytes that a token adds to a text.</summary>
    /// <param name="id">A token id.</param>
    /// <param name="skipSpecial">None for control and unknown tokens.</param>
    /// <param name="stripsBlank">True before the first bytes of a text that starts with a blank of the encoder's; false after them.</param>
    internal ReadOnlySpan<byte> BytesToShow(int id, bool skipSpecial, ref bool stripsBlank)
    {
        ReadOnlySpan<byte> bytes = skipSpecial && IsControl(id) ? default : TokenBytes(id);
        if (!stripsBlank || bytes.IsEmpty)
        {
            return bytes;
        }

        stripsBlank = false;
        return bytes[0] == ' ' && _roles.Type(id) != TokenType.Unknown ? bytes[1..] : bytes;
    }
}
