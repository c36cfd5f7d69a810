using System.Globalization;
using System.Text.Json;

namespace Jevons.Tokenization;

/// <summary>
/// Reads Hugging Face's tokenizer.json and tokenizer_config.json. Known are models of type BPE, byte-level or in SentencePiece's
/// manner; which pre-tokenizer it is follows from the structure and the regexes.
/// </summary>
public static partial class TokenizerJson
{
    /// <summary>The pre-tokenizer of a SentencePiece vocabulary that cuts before each blank (Metaspace with split).</summary>
    internal const string MetaspaceName = "metaspace";

    /// <summary>How many ids may have no token, so that a wrong id cannot ask for memory.</summary>
    private const int MostGaps = 1 << 16;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="tokenizerJson">tokenizer.json; read to its end, not closed.</param>
    /// <param name="tokenizerConfig">
    /// tokenizer_config.json, if there is one: it names the begin and end tokens, says whether they are added, and has the chat template.
    /// </param>
    /// <returns>The definition.</returns>
    /// <exception cref="InvalidDataException">
    /// A file is not JSON, or a key is missing, wrong or of a kind not known; the message names it.
    /// </exception>
    public static TokenizerDefinition Read(Stream tokenizerJson, Stream? tokenizerConfig = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizerJson);
        using JsonDocument document = JsonText.Parse(tokenizerJson, "tokenizer.json");
        using JsonDocument? config = tokenizerConfig is null ? null : JsonText.Parse(tokenizerConfig, "tokenizer_config.json");
        JsonElement root = document.RootElement;
        JsonElement settings = config?.RootElement ?? default;
        JsonElement model = JsonText.Member(root, "model");
        JsonText.Expect(model, JsonValueKind.Object, "model");
        CheckModel(model);

        Dictionary<string, int> ids = ReadVocabulary(JsonText.Member(model, "vocab"));
        List<AddedToken> added = ReadAddedTokens(root, settings);
        string[] tokens = ListTokens(ids, added);
        TextPipeline pipeline = ReadPipeline(root);
        bool ignoresMerges = JsonText.Flag(model, "ignore_merges", false, "model");
        string? unknown = JsonText.OptionalText(model, "unk_token", "model");
        TokenizerDefinition definition = new()
        {
            Kind = pipeline.Kind,
            Dialect = TokenizerDialect.HuggingFace,
            PreTokenizer = NamePreTokenizer(pipeline.PreTokenizer, added, ignoresMerges),
            Tokens = tokens,
            TokenTypes = [],
            Merges = ReadMerges(JsonText.Member(model, "merges"), ids, tokens),
            AddedTokens = added,
            Normalizer = pipeline.Normalizer,
            SpacePrefix = pipeline.SpacePrefix,
            SpacePrefixOnlyIfMissing = pipeline.OnlyIfMissing,
            EscapesAfterAddedTokens = pipeline.EscapesAfterAddedTokens,
            IgnoreMerges = ignoresMerges,
            ByteFallback = JsonText.Flag(model, "byte_fallback", false, "model"),
            FuseUnknown = JsonText.Flag(model, "fuse_unk", false, "model"),
            UnknownSymbolId = unknown is not null && ids.TryGetValue(unknown, out int id) ? id : null,
        };
        definition = ApplyTemplateProcessing(definition, root, settings);
        definition = settings.ValueKind == JsonValueKind.Object ? ApplyConfig(definition, settings) : definition;
        return definition with { TokenTypes = FindTypes(definition) };
    }

    private static void CheckModel(JsonElement model)
    {
        string? type = JsonText.OptionalText(model, "type", "model");
        bool isBpe = type == "BPE" || (type is null && JsonText.Member(model, "merges").ValueKind == JsonValueKind.Array);
        if (!isBpe)
        {
            throw new InvalidDataException($"model.type is '{type}', 'BPE' is expected (Unigram, WordPiece and WordLevel are not known)");
        }

        foreach (string name in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (JsonText.OptionalText(model, name, "model") is { Length: > 0 } text)
            {
                throw new InvalidDataException($"model.{name} is '{text}', an empty one is expected");
            }
        }
    }

    private static Dictionary<string, int> ReadVocabulary(JsonElement vocabulary)
    {
        JsonText.Expect(vocabulary, JsonValueKind.Object, "model.vocab");
        Dictionary<string, int> ids = new(vocabulary.GetPropertyCount(), StringComparer.Ordinal);
        foreach (JsonProperty entry in vocabulary.EnumerateObject())
        {
            string text = JsonText.Name(entry, "model.vocab");
            ids[text] = JsonText.Id(entry.Value, "model.vocab entry");
        }

        return ids;
    }

    private static List<AddedToken> ReadAddedTokens(JsonElement root, JsonElement settings)
    {
        List<AddedToken> added = [];
        HashSet<int> seen = [];
        JsonElement list = JsonText.Member(root, "added_tokens");
        if (list.ValueKind != JsonValueKind.Undefined)
        {
            JsonText.Expect(list, JsonValueKind.Array, "added_tokens");
            foreach (JsonElement entry in list.EnumerateArray())
            {
                string path = $"added_tokens[{added.Count}]";
                AddedToken token = ReadAddedToken(entry, JsonText.Id(JsonText.Member(entry, "id"), path + ".id"), path);
                added.Add(token);
                seen.Add(token.Id);
            }
        }

        JsonElement decoder = JsonText.Member(settings, "added_tokens_decoder");
        if (decoder.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty entry in decoder.EnumerateObject())
            {
                string path = $"added_tokens_decoder.{JsonText.Name(entry, "added_tokens_decoder")}";
                if (int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && seen.Add(id))
                {
                    added.Add(ReadAddedToken(entry.Value, id, path));
                }
            }
        }

        return added;
    }

    private static AddedToken ReadAddedToken(JsonElement entry, int id, string path)
    {
        JsonText.Expect(entry, JsonValueKind.Object, path);
        return new AddedToken(
            id,
            JsonText.Text(JsonText.Member(entry, "content"), path + ".content"),
            JsonText.Flag(entry, "special", false, path),
            JsonText.Flag(entry, "normalized", false, path),
            JsonText.Flag(entry, "lstrip", false, path),
            JsonText.Flag(entry, "rstrip", false, path),
            JsonText.Flag(entry, "single_word", false, path));
    }

    private static string[] ListTokens(Dictionary<string, int> ids, List<AddedToken> added)
    {
        int last = Math.Max(ids.Count == 0 ? -1 : ids.Values.Max(), added.Count == 0 ? -1 : added.Max(t => t.Id));
        if (last < 0 || last > ids.Count + added.Count + MostGaps)
        {
            throw new InvalidDataException(
                $"model.vocab and added_tokens have {ids.Count + added.Count} tokens and the highest id is {last}; "
                + "ids without large gaps are expected");
        }

        string?[] tokens = new string?[last + 1];
        foreach ((string text, int id) in ids)
        {
            if (tokens[id] is string other)
            {
                throw new InvalidDataException($"model.vocab gives id {id} to both '{other}' and '{text}'");
            }

            tokens[id] = text;
        }

        foreach (AddedToken token in added)
        {
            if (tokens[token.Id] is string other && other != token.Content)
            {
                throw new InvalidDataException($"added_tokens says id {token.Id} is '{token.Content}', it is '{other}' already");
            }

            tokens[token.Id] = token.Content;
        }

        return [.. tokens.Select((text, id) => text ?? $"[PAD{id}]")];
    }

    private static MergePair[] ReadMerges(JsonElement merges, Dictionary<string, int> ids, string[] tokens)
    {
        JsonText.Expect(merges, JsonValueKind.Array, "model.merges");
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        MergePair[] pairs = new MergePair[merges.GetArrayLength()];
        int rank = 0;
        foreach (JsonElement merge in merges.EnumerateArray())
        {
            if (merge.ValueKind == JsonValueKind.Array && merge.GetArrayLength() == 2)
            {
                string path = $"model.merges[{rank}]";
                pairs[rank] = new MergePair(Known(JsonText.Text(merge[0], path)), Known(JsonText.Text(merge[1], path)));
            }
            else
            {
                string text = merge.ValueKind == JsonValueKind.String ? JsonText.Text(merge, "model.merges") : string.Empty;
                int blank = text.IndexOf(' ', StringComparison.Ordinal);
                if (blank <= 0 || blank == text.Length - 1)
                {
                    throw new InvalidDataException(
                        $"model.merges[{rank}] is {JsonText.Shorten(merge)}; \"left right\" or [\"left\", \"right\"] is expected");
                }

                pairs[rank] = new MergePair(Known(text.AsSpan(0, blank)), Known(text.AsSpan(blank + 1)));
            }

            rank++;
        }

        return pairs;

        // The vocabulary's own string where there is one, so that merges take no memory for text.
        string Known(ReadOnlySpan<char> symbol) => lookup.TryGetValue(symbol, out int id) ? tokens[id] : symbol.ToString();
    }

    /// <summary>The converter's rule for types; see <see cref="ControlNames.LooksSpecial"/>.</summary>
    private static TokenType[] FindTypes(TokenizerDefinition definition)
    {
        TokenType[] types = new TokenType[definition.Tokens.Count];
        bool isByteLevel = definition.Kind == TokenizerKind.ByteLevelBpe;
        for (int id = 0; id < types.Length; id++)
        {
            string text = definition.Tokens[id];
            types[id] = text.StartsWith("[PAD", StringComparison.Ordinal) && text == $"[PAD{id}]" ? TokenType.Unused
                : !isByteLevel && TokenTables.TryReadByte(text, out _) ? TokenType.Byte
                : TokenType.Normal;
        }

        foreach (AddedToken token in definition.AddedTokens)
        {
            bool isNamed = token.Id == definition.BosId || token.Id == definition.EosId || token.Id == definition.PadId
                || token.Id == definition.UnkId;
            types[token.Id] = token.Special || isNamed || ControlNames.LooksSpecial(token.Content)
                ? TokenType.Control
                : TokenType.UserDefined;
        }

        if (!isByteLevel && definition.UnkId is int unknown)
        {
            types[unknown] = TokenType.Unknown;
        }

        return types;
    }
}
