namespace Jevons.Tokenization;

/// <content>Definition to GGUF metadata.</content>
public sealed partial record TokenizerDefinition
{
    /// <summary>The score of every token of a tokenizer.json's SentencePiece vocabulary, which has none.</summary>
    private const float NoScore = -1000f;

    /// <summary>The score of a place holder.</summary>
    private const float PaddingScore = -10000f;

    /// <summary>
    /// The values that llama.cpp's converter writes into a GGUF: ids beyond the vocabulary become <c>[PADn]</c> of type unused; a
    /// byte-level user-defined token has blanks for U+2581; a SentencePiece vocabulary from a tokenizer.json has type control for
    /// special tokens and the same score everywhere. Keys about which the source says nothing stay null. The converter of llama models
    /// also writes <see cref="StatedSpacePrefix"/> as add_space_prefix; that is left to the caller, who knows the architecture.
    /// </summary>
    /// <param name="vocabularySize">The model's vocab_size; 0 for the number of tokens.</param>
    /// <returns>The values.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model's vocabulary is smaller than the tokenizer's.</exception>
    public GgufTokenizer ToGguf(int vocabularySize = 0)
    {
        int count = vocabularySize == 0 ? Tokens.Count : vocabularySize;
        ArgumentOutOfRangeException.ThrowIfLessThan(count, Tokens.Count, nameof(vocabularySize));
        bool isByteLevel = Kind == TokenizerKind.ByteLevelBpe;
        bool isFromJson = Dialect == TokenizerDialect.HuggingFace;
        string[] tokens = new string[count];
        int[] types = new int[count];
        for (int id = 0; id < count; id++)
        {
            bool isThere = id < Tokens.Count;
            TokenType type = isThere ? TokenTypes[id] : TokenType.Unused;
            tokens[id] = isThere ? Tokens[id] : $"[PAD{id}]";
            if (isFromJson && isByteLevel && type == TokenType.UserDefined)
            {
                tokens[id] = tokens[id].Replace('\u2581', ' ');
            }

            // The converter of such vocabularies knows special tokens only, and calls the unknown one special too.
            types[id] = (int)(isFromJson && !isByteLevel && type == TokenType.Unknown ? TokenType.Control : type);
        }

        float[]? scores = null;
        if (!isByteLevel)
        {
            scores = new float[count];
            for (int id = 0; id < count; id++)
            {
                scores[id] = id < Scores.Count ? Scores[id] : id < Tokens.Count ? NoScore : PaddingScore;
            }
        }

        return new GgufTokenizer
        {
            Model = isByteLevel ? "gpt2" : "llama",
            Pre = isByteLevel ? PreTokenizer : "default",
            Tokens = tokens,
            TokenTypes = types,
            Scores = scores,
            Merges = isByteLevel ? [.. Merges.Select(WriteMerge)] : null,
            PrecompiledCharsMap = CharsMap,
            BosId = (uint?)BosId,
            EosId = (uint?)EosId,
            EotId = (uint?)EotId,
            EomId = (uint?)EomId,
            UnkId = (uint?)UnkId,
            SepId = (uint?)SepId,
            PadId = (uint?)PadId,
            AddBos = AddBos,
            AddEos = AddEos,
            AddSep = AddSep,
            AddSpacePrefix = !isByteLevel && SpacePrefix == SpacePrefix.None ? false : null,
            RemoveExtraWhitespaces = RemoveExtraWhitespaces ? true : null,
            ChatTemplate = ChatTemplate,
            NamedChatTemplates = NamedChatTemplates.Count > 0 ? NamedChatTemplates : null,
        };
    }

    /// <summary>"left right"; a blank inside a symbol is written as the byte alphabet writes it.</summary>
    private static string WriteMerge(MergePair merge) => $"{merge.Left.Replace(' ', '\u0120')} {merge.Right.Replace(' ', '\u0120')}";
}
