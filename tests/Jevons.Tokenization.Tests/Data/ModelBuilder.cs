using System.Buffers.Binary;
using System.Text;

namespace Jevons.Tokenization.Tests;

/// <summary>Writes small SentencePiece models (protobuf by hand).</summary>
internal sealed class ModelBuilder
{
    private readonly List<byte> _file = [];
    private float _score;

    public ModelBuilder Piece(string text, TokenType type = TokenType.Normal, float? score = null)
    {
        List<byte> piece = [];
        Bytes(piece, 1, Encoding.UTF8.GetBytes(text));
        byte[] value = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(value, score ?? _score--);
        piece.AddRange([(2 << 3) | 5, .. value]);
        Number(piece, 3, (ulong)type);
        Bytes(_file, 1, [.. piece]);
        return this;
    }

    public ModelBuilder Trainer(ulong modelType = 2, bool byteFallback = false)
    {
        List<byte> trainer = [];
        Number(trainer, 3, modelType);
        Number(trainer, 35, byteFallback ? 1ul : 0);
        Bytes(_file, 2, [.. trainer]);
        return this;
    }

    public ModelBuilder Normalizer(bool prefix, bool removesExtra, byte[]? map = null)
    {
        List<byte> normalizer = [];
        Bytes(normalizer, 2, map ?? []);
        Number(normalizer, 3, prefix ? 1ul : 0);
        Number(normalizer, 4, removesExtra ? 1ul : 0);
        Bytes(_file, 3, [.. normalizer]);
        return this;
    }

    public byte[] ToArray() => [.. _file];

    public TokenizerDefinition Read() => SentencePieceModel.Read(new MemoryStream(ToArray()));

    private static void Number(List<byte> target, int field, ulong value)
    {
        Varint(target, (ulong)field << 3);
        Varint(target, value);
    }

    private static void Bytes(List<byte> target, int field, byte[] value)
    {
        Varint(target, ((ulong)field << 3) | 2);
        Varint(target, (ulong)value.Length);
        target.AddRange(value);
    }

    private static void Varint(List<byte> target, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            target.Add((byte)(value | 0x80));
        }

        target.Add((byte)value);
    }
}
