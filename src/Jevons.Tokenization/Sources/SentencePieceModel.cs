namespace Jevons.Tokenization;

/// <summary>
/// Reads a SentencePiece model (tokenizer.model, <c>sentencepiece_model.proto</c>). Known is the model type BPE.
/// </summary>
public static class SentencePieceModel
{
    private const long MostBytes = 1L << 30;
    private const ulong BpeModel = 2;

    /// <summary>Reads a model.</summary>
    /// <param name="model">The file; read to its end, not closed.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="InvalidDataException">The file is cut off, is no such model or of a type that is not known.</exception>
    public static TokenizerDefinition Read(Stream model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ReadOnlySpan<byte> bytes = ReadAll(model);
        List<string> tokens = [];
        List<TokenType> types = [];
        List<float> scores = [];
        Trainer trainer = new();
        TokenizerDefinition definition = new()
        {
            Kind = TokenizerKind.SentencePieceBpe,
            Dialect = TokenizerDialect.SentencePiece,
            Tokens = tokens,
            TokenTypes = types,
            Scores = scores,
            SpacePrefix = SpacePrefix.Fragment,
            RemoveExtraWhitespaces = true,
            FuseUnknown = true,
            AddBos = true,
            AddEos = false,
        };
        ProtobufReader reader = new(bytes, 0);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ReadPiece(reader.Bytes, reader.BytesOffset, tokens, types, scores);
                    break;
                case 2:
                    trainer.Read(reader.Bytes, reader.BytesOffset);
                    break;
                case 3:
                    definition = ReadNormalizer(definition, reader.Bytes, reader.BytesOffset);
                    break;
                default:
                    break;
            }
        }

        if (tokens.Count == 0)
        {
            throw new InvalidDataException("SentencePiece model: there are no pieces (field 1); is the file a tokenizer.model?");
        }

        if (trainer.ModelType != BpeModel)
        {
            throw new InvalidDataException(
                $"SentencePiece model: trainer_spec.model_type is {trainer.ModelType} ({trainer.ModelTypeName}); 2 (BPE) is expected");
        }

        int unknown = types.IndexOf(TokenType.Unknown);
        return definition with
        {
            ByteFallback = trainer.ByteFallback,
            UnknownSurface = trainer.UnknownSurface,
            UnkId = unknown >= 0 ? unknown : null,
            BosId = Control(trainer.BosId, trainer.BosPiece, tokens),
            EosId = Control(trainer.EosId, trainer.EosPiece, tokens),
            PadId = Control(trainer.PadId, trainer.PadPiece, tokens),
        };
    }

    private static ReadOnlySpan<byte> ReadAll(Stream stream)
    {
        using MemoryStream copy = new();
        byte[] chunk = new byte[1 << 16];
        for (int read = stream.Read(chunk); read > 0; read = stream.Read(chunk))
        {
            copy.Write(chunk, 0, read);
            if (copy.Length > MostBytes)
            {
                throw new InvalidDataException($"SentencePiece model: the file is longer than {MostBytes} bytes");
            }
        }

        return copy.GetBuffer().AsSpan(0, (int)copy.Length);
    }

    /// <summary>SentencePiece { piece = 1, score = 2, type = 3 }.</summary>
    private static void ReadPiece(
        ReadOnlySpan<byte> message, long offset, List<string> tokens, List<TokenType> types, List<float> scores)
    {
        string text = string.Empty;
        float score = 0;
        TokenType type = TokenType.Normal;
        ProtobufReader reader = new(message, offset);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.Text;
                    break;
                case 2:
                    score = reader.Single;
                    break;
                case 3:
                    type = reader.Number is >= 1 and <= 6
                        ? (TokenType)reader.Number
                        : throw new InvalidDataException(
                            $"SentencePiece model: piece {tokens.Count} ('{text}') has type {reader.Number}; 1 to 6 is expected");
                    break;
                default:
                    break;
            }
        }

        tokens.Add(text);
        types.Add(type);
        scores.Add(score);
    }

    /// <summary>
    /// NormalizerSpec { precompiled_charsmap = 2, add_dummy_prefix = 3, remove_extra_whitespaces = 4, escape_whitespaces = 5 }.
    /// </summary>
    private static TokenizerDefinition ReadNormalizer(TokenizerDefinition definition, ReadOnlySpan<byte> message, long offset)
    {
        ProtobufReader reader = new(message, offset);
        while (reader.Next())
        {
            definition = reader.Field switch
            {
                2 when !reader.Bytes.IsEmpty => definition with { Normalizer = TextNormalizer.CharsMap, CharsMap = reader.Bytes.ToArray() },
                3 => definition with { SpacePrefix = reader.Number != 0 ? SpacePrefix.Fragment : SpacePrefix.None },
                4 => definition with { RemoveExtraWhitespaces = reader.Number != 0 },
                5 when reader.Number == 0 => throw new InvalidDataException(
                    "SentencePiece model: normalizer_spec.escape_whitespaces is false; true is expected"),
                _ => definition,
            };
        }

        return definition;
    }

    private static int? Control(int id, string piece, List<string> tokens)
    {
        int byName = tokens.IndexOf(piece);
        return byName >= 0 ? byName : (uint)id < (uint)tokens.Count ? id : null;
    }

    /// <summary>The fields of TrainerSpec that matter for encoding, with the format's defaults.</summary>
    private sealed class Trainer
    {
        public ulong ModelType { get; private set; } = 1;

        public bool ByteFallback { get; private set; }

        public int BosId { get; private set; } = 1;

        public int EosId { get; private set; } = 2;

        public int PadId { get; private set; } = -1;

        public string BosPiece { get; private set; } = "<s>";

        public string EosPiece { get; private set; } = "</s>";

        public string PadPiece { get; private set; } = "<pad>";

        public string UnknownSurface { get; private set; } = " \u2047 ";

        public string ModelTypeName => ModelType switch
        {
            1 => "Unigram",
            2 => "BPE",
            3 => "word",
            4 => "character",
            _ => "not known",
        };

        public void Read(ReadOnlySpan<byte> message, long offset)
        {
            ProtobufReader reader = new(message, offset);
            while (reader.Next())
            {
                switch (reader.Field)
                {
                    case 3:
                        ModelType = reader.Number;
                        break;
                    case 24 when reader.Number != 0:
                        throw new InvalidDataException(
                            "SentencePiece model: trainer_spec.treat_whitespace_as_suffix is true; false is expected");
                    case 35:
                        ByteFallback = reader.Number != 0;
                        break;
                    case 41:
                        BosId = (int)reader.Number;
                        break;
                    case 42:
                        EosId = (int)reader.Number;
                        break;
                    case 43:
                        PadId = (int)reader.Number;
                        break;
                    case 44:
                        UnknownSurface = reader.Text;
                        break;
                    case 46:
                        BosPiece = reader.Text;
                        break;
                    case 47:
                        EosPiece = reader.Text;
                        break;
                    case 48:
                        PadPiece = reader.Text;
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
