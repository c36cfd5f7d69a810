namespace Jevons.Tokenization;

/// <content>GGUF metadata to definition.</content>
public sealed partial record TokenizerDefinition
{
    /// <summary>Makes a definition of GGUF metadata, with the defaults and repairs of llama.cpp's loader.</summary>
    /// <param name="gguf">The values of the file.</param>
    /// <returns>The definition.</returns>
    /// <exception cref="InvalidDataException">
    /// A key is missing or does not fit the others, or names a model or pre-tokenizer that is not known; the message names it.
    /// </exception>
    public static TokenizerDefinition FromGguf(GgufTokenizer gguf)
    {
        ArgumentNullException.ThrowIfNull(gguf);
        bool isByteLevel = gguf.Model switch
        {
            "gpt2" => true,
            "llama" => false,
            null or "none" or "no_vocab" => throw new InvalidDataException(
                "tokenizer.ggml.model is absent or 'none': the file has no tokenizer; give one with the model (tokenizer.json)"),
            _ => throw new InvalidDataException(
                $"tokenizer.ggml.model is '{gguf.Model}'; known are 'gpt2' (byte-level BPE) and 'llama' (SentencePiece BPE)"),
        };
        IReadOnlyList<string> tokens = gguf.Tokens ?? throw new InvalidDataException("tokenizer.ggml.tokens is missing");
        CheckLength("tokenizer.ggml.token_type", gguf.TokenTypes?.Count, tokens.Count);
        CheckLength("tokenizer.ggml.scores", gguf.Scores?.Count, tokens.Count);
        if (isByteLevel && gguf.Merges is null)
        {
            throw new InvalidDataException("tokenizer.ggml.merges is missing; a vocabulary of model 'gpt2' needs merges");
        }

        PreTokenizerKind? pre = isByteLevel ? PreTokenizers.Find(gguf.Pre ?? "default") : null;
        TokenizerDefinition definition = new()
        {
            Kind = isByteLevel ? TokenizerKind.ByteLevelBpe : TokenizerKind.SentencePieceBpe,
            Dialect = TokenizerDialect.LlamaCpp,
            PreTokenizer = isByteLevel ? gguf.Pre ?? "default" : "default",
            Tokens = NameEmpty(tokens),
            TokenTypes = Types(tokens, gguf.TokenTypes),
            Scores = gguf.Scores ?? [],
            Merges = isByteLevel ? SplitMerges(gguf.Merges!) : [],
            Normalizer = gguf.PrecompiledCharsMap.IsEmpty ? TextNormalizer.None : TextNormalizer.CharsMap,
            CharsMap = gguf.PrecompiledCharsMap,
            SpacePrefix = !isByteLevel && (gguf.AddSpacePrefix ?? true) ? SpacePrefix.Fragment : SpacePrefix.None,
            RemoveExtraWhitespaces = !isByteLevel && (gguf.RemoveExtraWhitespaces ?? false),
            IgnoreMerges = pre?.IgnoreMerges ?? false,
            ByteFallback = !isByteLevel,
            BosId = Id(gguf.BosId, tokens.Count, isByteLevel ? null : 1),
            EosId = Id(gguf.EosId, tokens.Count, isByteLevel ? null : 2),
            UnkId = Id(gguf.UnkId, tokens.Count, isByteLevel ? null : 0),
            EomId = Id(gguf.EomId, tokens.Count, null),
            SepId = Id(gguf.SepId, tokens.Count, null),
            PadId = Id(gguf.PadId, tokens.Count, null),
            EotId = Id(gguf.EotId, tokens.Count, null),
            AddBos = gguf.AddBos ?? pre?.AddBos ?? true,
            AddEos = gguf.AddEos ?? false,
            AddSep = gguf.AddSep,
            ChatTemplate = gguf.ChatTemplate,
            NamedChatTemplates = gguf.NamedChatTemplates ?? new Dictionary<string, string>(StringComparer.Ordinal),
        };
        return definition;
    }

    private static void CheckLength(string key, int? count, int expected)
    {
        if (count is int value && value < expected)
        {
            throw new InvalidDataException($"{key} has {value} entries, tokenizer.ggml.tokens has {expected}; one for each is expected");
        }
    }

    private static int? Id(uint? value, int count, int? byDefault)
    {
        int? id = value is uint given && given < count ? (int)given : byDefault;
        return id < count ? id : null;
    }

    /// <summary>An empty text stands for nothing; a name keeps it apart from its like.</summary>
    private static IReadOnlyList<string> NameEmpty(IReadOnlyList<string> tokens)
    {
        if (!tokens.Any(t => t.Length == 0))
        {
            return tokens;
        }

        return [.. tokens.Select((t, i) => t.Length == 0 ? $"[EMPTY_{i}]" : t)];
    }

    /// <summary>The file's types; a token that is known by name to be structure is one of control whatever the file says.</summary>
    private static TokenType[] Types(IReadOnlyList<string> tokens, IReadOnlyList<int>? given)
    {
        TokenType[] types = new TokenType[tokens.Count];
        for (int id = 0; id < types.Length; id++)
        {
            int value = given?[id] ?? (int)TokenType.Normal;
            TokenType type = value is >= (int)TokenType.Normal and <= (int)TokenType.Byte ? (TokenType)value : TokenType.Undefined;
            bool isOrdinary = type is TokenType.Normal or TokenType.Undefined;
            bool isControl = type != TokenType.Control && ControlNames.IsKnown(tokens[id])
                && (!isOrdinary || ControlNames.LooksSpecial(tokens[id]));
            types[id] = isControl ? TokenType.Control : type;
        }

        return types;
    }

    private static MergePair[] SplitMerges(IReadOnlyList<string> merges)
    {
        MergePair[] pairs = new MergePair[merges.Count];
        for (int rank = 0; rank < pairs.Length; rank++)
        {
            string merge = merges[rank];
            int blank = merge.Length > 1 ? merge.IndexOf(' ', 1) : -1;
            if (blank < 0 || blank == merge.Length - 1)
            {
                throw new InvalidDataException(
                    $"tokenizer.ggml.merges[{rank}] is '{merge}'; two symbols with a blank between them are expected");
            }

            pairs[rank] = new MergePair(merge[..blank], merge[(blank + 1)..]);
        }

        return pairs;
    }
}
