using System.Buffers.Binary;
using System.Text;

namespace Jevons.Tokenization;

/// <summary>Writes a SentencePiece model (tokenizer.model, <c>sentencepiece_model.proto</c>) of type BPE.</summary>
public static class SentencePieceModelWriter
{
    private const int BpeModel = 2;

    /// <summary>Writes a vocabulary with its scores, types and normaliser.</summary>
    /// <param name="definition">A tokenizer of kind <see cref="TokenizerKind.SentencePieceBpe"/>.</param>
    /// <param name="output">Receives the file; not closed.</param>
    /// <exception cref="ArgumentException">The tokenizer is of another kind.</exception>
    public static void Write(TokenizerDefinition definition, Stream output)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (definition.Kind != TokenizerKind.SentencePieceBpe)
        {
            throw new ArgumentException("only a SentencePiece vocabulary can be written as tokenizer.model", nameof(definition));
        }

        for (int id = 0; id < definition.Tokens.Count; id++)
        {
            using MemoryStream piece = new();
            Text(piece, 1, definition.Tokens[id]);
            Single(piece, 2, id < definition.Scores.Count ? definition.Scores[id] : 0);
            Number(piece, 3, Math.Max(1, (int)definition.TokenTypes[id]));
            Message(output, 1, piece);
        }

        using MemoryStream trainer = new();
        Number(trainer, 3, BpeModel);
        Number(trainer, 4, definition.Tokens.Count);
        Number(trainer, 35, definition.ByteFallback ? 1 : 0);
        Control(trainer, 40, 45, definition, definition.UnkId);
        Control(trainer, 41, 46, definition, definition.BosId);
        Control(trainer, 42, 47, definition, definition.EosId);
        Control(trainer, 43, 48, definition, definition.PadId);
        Message(output, 2, trainer);

        using MemoryStream normalizer = new();
        Text(normalizer, 1, definition.CharsMap.IsEmpty ? "identity" : "nmt_nfkc");
        if (!definition.CharsMap.IsEmpty)
        {
            Bytes(normalizer, 2, definition.CharsMap.Span);
        }

        Number(normalizer, 3, definition.SpacePrefix == SpacePrefix.None ? 0 : 1);
        Number(normalizer, 4, definition.RemoveExtraWhitespaces ? 1 : 0);
        Number(normalizer, 5, 1);
        Message(output, 3, normalizer);
    }

    // A token that is not there has id -1 and keeps the format's default text.
    private static void Control(MemoryStream message, int idField, int textField, TokenizerDefinition definition, int? id)
    {
        Number(message, idField, id ?? -1);
        if (id is int known && known < definition.Tokens.Count)
        {
            Text(message, textField, definition.Tokens[known]);
        }
    }

    private static void Message(Stream output, int field, MemoryStream message) =>
        Bytes(output, field, message.GetBuffer().AsSpan(0, (int)message.Length));

    private static void Text(Stream output, int field, string text) => Bytes(output, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(Stream output, int field, ReadOnlySpan<byte> bytes)
    {
        const int LengthDelimited = 2;
        Varint(output, (uint)((field << 3) | LengthDelimited));
        Varint(output, (ulong)bytes.Length);
        output.Write(bytes);
    }

    private static void Number(Stream output, int field, int value)
    {
        Varint(output, (uint)(field << 3));
        Varint(output, unchecked((ulong)(long)value));
    }

    private static void Single(Stream output, int field, float value)
    {
        const int Fixed32 = 5;
        Varint(output, (uint)((field << 3) | Fixed32));
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        output.Write(bytes);
    }

    private static void Varint(Stream output, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.WriteByte((byte)(value | 0x80));
        }

        output.WriteByte((byte)value);
    }
}
