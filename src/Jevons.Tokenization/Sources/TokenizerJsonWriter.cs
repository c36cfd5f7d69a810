using System.Text.Encodings.Web;
using System.Text.Json;

namespace Jevons.Tokenization;

/// <summary>
/// Writes a byte-level BPE tokenizer as Hugging Face's tokenizer.json, and what tokenizer_config.json says of any tokenizer: the
/// special tokens, whether they are added, the chat template.
/// </summary>
public static class TokenizerJsonWriter
{
    private static readonly JsonWriterOptions s_options = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Why a tokenizer cannot be written as tokenizer.json.</summary>
    /// <param name="definition">The tokenizer.</param>
    /// <returns>The reason, or null when it can.</returns>
    public static string? WhyNot(TokenizerDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Kind != TokenizerKind.ByteLevelBpe ? "a SentencePiece vocabulary with scores is written as tokenizer.model instead"
            : Patterns(definition) is null ? $"the pre-tokenizer {definition.PreTokenizer} has no regular expressions that would say the same"
            : null;
    }

    /// <summary>Writes tokenizer.json.</summary>
    /// <param name="definition">A tokenizer for which <see cref="WhyNot"/> gives null.</param>
    /// <param name="output">Receives the file; not closed.</param>
    /// <exception cref="ArgumentException">The tokenizer cannot be written so.</exception>
    public static void Write(TokenizerDefinition definition, Stream output)
    {
        string[] patterns = WhyNot(definition) is { } reason ? throw new ArgumentException(reason, nameof(definition)) : Patterns(definition)!;
        List<AddedToken> added = AddedTokens(definition);
        HashSet<int> addedIds = [.. added.Select(t => t.Id)];
        using Utf8JsonWriter json = new(output, s_options);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        WriteAdded(json, added);
        WriteNormalizer(json, definition.Normalizer);
        WritePreTokenizer(json, patterns);
        WritePostProcessor(json, definition);
        json.WriteStartObject("decoder");
        WriteByteLevel(json, addsPrefix: true, splits: true);
        json.WriteEndObject();
        WriteModel(json, definition, addedIds);
        json.WriteEndObject();
    }

    /// <summary>Writes tokenizer_config.json.</summary>
    /// <param name="definition">The tokenizer.</param>
    /// <param name="output">Receives the file; not closed.</param>
    public static void WriteConfig(TokenizerDefinition definition, Stream output)
    {
        ArgumentNullException.ThrowIfNull(definition);
        using Utf8JsonWriter json = new(output, s_options);
        json.WriteStartObject();
        WriteFlag(json, "add_bos_token", definition.AddBos);
        WriteFlag(json, "add_eos_token", definition.AddEos);
        WriteToken(json, "bos_token", definition, definition.BosId);
        WriteToken(json, "eos_token", definition, definition.EosId);
        WriteToken(json, "pad_token", definition, definition.PadId);
        WriteToken(json, "unk_token", definition, definition.UnkId);
        json.WriteBoolean("clean_up_tokenization_spaces", value: false);
        json.WriteString("tokenizer_class", definition.Kind == TokenizerKind.ByteLevelBpe ? "PreTrainedTokenizerFast" : "LlamaTokenizer");
        if (definition.ChatTemplate is { } template)
        {
            json.WriteString("chat_template", template);
        }

        json.WriteEndObject();
    }

    private static string[]? Patterns(TokenizerDefinition definition)
    {
        string name = definition.PreTokenizer == "smaug-bpe" ? "llama-bpe" : definition.PreTokenizer;
        return PreTokenizers.Find(name).Patterns is { Length: > 0 } patterns ? patterns : null;
    }

    private static List<AddedToken> AddedTokens(TokenizerDefinition definition)
    {
        if (definition.AddedTokens.Count > 0)
        {
            return [.. definition.AddedTokens];
        }

        List<AddedToken> added = [];
        for (int id = 0; id < definition.Tokens.Count; id++)
        {
            if (definition.TokenTypes[id] is TokenType.Control or TokenType.UserDefined or TokenType.Unknown)
            {
                added.Add(new AddedToken(id, definition.Tokens[id], definition.TokenTypes[id] != TokenType.UserDefined));
            }
        }

        return added;
    }

    private static void WriteAdded(Utf8JsonWriter json, List<AddedToken> added)
    {
        json.WriteStartArray("added_tokens");
        foreach (AddedToken token in added)
        {
            json.WriteStartObject();
            json.WriteNumber("id", token.Id);
            json.WriteString("content", token.Content);
            json.WriteBoolean("single_word", token.SingleWord);
            json.WriteBoolean("lstrip", token.StripLeft);
            json.WriteBoolean("rstrip", token.StripRight);
            json.WriteBoolean("normalized", token.Normalized);
            json.WriteBoolean("special", token.Special);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNormalizer(Utf8JsonWriter json, TextNormalizer normalizer)
    {
        if (normalizer != TextNormalizer.Nfc)
        {
            json.WriteNull("normalizer");
            return;
        }

        json.WriteStartObject("normalizer");
        json.WriteString("type", "NFC");
        json.WriteEndObject();
    }

    // GPT-2's pattern is the one that ByteLevel has itself.
    private static void WritePreTokenizer(Utf8JsonWriter json, string[] patterns)
    {
        bool splits = patterns[^1] == Gpt2Split.Pattern;
        string[] before = splits ? patterns[..^1] : patterns;
        json.WriteStartObject("pre_tokenizer");
        if (before.Length > 0)
        {
            json.WriteString("type", "Sequence");
            json.WriteStartArray("pretokenizers");
            foreach (string pattern in before)
            {
                json.WriteStartObject();
                json.WriteString("type", "Split");
                json.WriteStartObject("pattern");
                json.WriteString("Regex", pattern);
                json.WriteEndObject();
                json.WriteString("behavior", "Isolated");
                json.WriteBoolean("invert", value: false);
                json.WriteEndObject();
            }

            json.WriteStartObject();
        }

        WriteByteLevel(json, addsPrefix: false, splits);
        if (before.Length > 0)
        {
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool addsPrefix, bool splits)
    {
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", addsPrefix);
        json.WriteBoolean("trim_offsets", value: true);
        json.WriteBoolean("use_regex", splits);
    }

    // The begin token goes before a text by template; readers of tokenizer_config.json alone find add_bos_token there.
    private static void WritePostProcessor(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        if (definition.AddBos != true || definition.BosId is not int bos)
        {
            json.WriteNull("post_processor");
            return;
        }

        string text = definition.Tokens[bos];
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        WriteSequence(json, "single", text, "A");
        WriteSequence(json, "pair", text, "A", "B");
        json.WriteStartObject("special_tokens");
        json.WriteStartObject(text);
        json.WriteString("id", text);
        json.WriteStartArray("ids");
        json.WriteNumberValue(bos);
        json.WriteEndArray();
        json.WriteStartArray("tokens");
        json.WriteStringValue(text);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSequence(Utf8JsonWriter json, string name, string bos, params ReadOnlySpan<string> sequences)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < sequences.Length; i++)
        {
            WriteEntry(json, "SpecialToken", bos, i);
            WriteEntry(json, "Sequence", sequences[i], i);
        }

        json.WriteEndArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, string kind, string id, int type)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("id", id);
        json.WriteNumber("type_id", type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, TokenizerDefinition definition, HashSet<int> addedIds)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", value: false);
        json.WriteBoolean("byte_fallback", value: false);
        json.WriteBoolean("ignore_merges", definition.IgnoreMerges);
        json.WriteStartObject("vocab");
        // A reader numbers added tokens that the vocabulary lacks from its end on, so those before its end stand in it.
        int end = definition.Tokens.Count;
        while (end > 0 && addedIds.Contains(end - 1))
        {
            end--;
        }

        HashSet<string> written = new(StringComparer.Ordinal);
        for (int id = 0; id < end; id++)
        {
            if (definition.TokenTypes[id] != TokenType.Unused && written.Add(definition.Tokens[id]))
            {
                json.WriteNumber(definition.Tokens[id], id);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (MergePair merge in definition.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(merge.Left);
            json.WriteStringValue(merge.Right);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFlag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is bool flag)
        {
            json.WriteBoolean(name, flag);
        }
    }

    private static void WriteToken(Utf8JsonWriter json, string name, TokenizerDefinition definition, int? id)
    {
        if (id is int known && known < definition.Tokens.Count)
        {
            json.WriteString(name, definition.Tokens[known]);
        }
    }
}
