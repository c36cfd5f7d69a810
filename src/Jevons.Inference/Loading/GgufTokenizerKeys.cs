using Jevons.Formats;
using Jevons.Tokenization;

namespace Jevons.Inference;

/// <summary>The tokenizer keys of GGUF metadata, read into plain values and written back in llama.cpp's order and types.</summary>
public static class GgufTokenizerKeys
{
    private const string Prefix = "tokenizer.ggml.";
    private const string Template = "tokenizer.chat_template";

    /// <summary>Reads the keys.</summary>
    /// <param name="metadata">A file's metadata.</param>
    /// <returns>The values; null when the file has no tokenizer (no tokens, or model "none").</returns>
    /// <exception cref="InvalidDataException">A key has another type than the format says.</exception>
    public static GgufTokenizer? Read(GgufMetadata metadata)
    {
        string? model = metadata.GetStringOrNull(Prefix + "model");
        if (model is null or "none" or "no_vocab" || !metadata.Contains(Prefix + "tokens"))
        {
            return null;
        }

        return new GgufTokenizer
        {
            Model = model,
            Pre = metadata.GetStringOrNull(Prefix + "pre"),
            Tokens = metadata.GetStringsOrNull(Prefix + "tokens")?.ToArray(),
            TokenTypes = metadata.GetInt32ArrayOrNull(Prefix + "token_type"),
            Scores = metadata.GetSingleArrayOrNull(Prefix + "scores"),
            Merges = metadata.GetStringsOrNull(Prefix + "merges")?.ToArray(),
            PrecompiledCharsMap = CharsMap(metadata),
            BosId = Id(metadata, "bos_token_id"),
            EosId = Id(metadata, "eos_token_id"),
            EotId = Id(metadata, "eot_token_id"),
            EomId = Id(metadata, "eom_token_id"),
            UnkId = Id(metadata, "unknown_token_id"),
            SepId = Id(metadata, "seperator_token_id"),
            PadId = Id(metadata, "padding_token_id"),
            AddBos = metadata.GetBoolOrNull(Prefix + "add_bos_token"),
            AddEos = metadata.GetBoolOrNull(Prefix + "add_eos_token"),
            AddSep = metadata.GetBoolOrNull(Prefix + "add_sep_token"),
            AddSpacePrefix = metadata.GetBoolOrNull(Prefix + "add_space_prefix"),
            RemoveExtraWhitespaces = metadata.GetBoolOrNull(Prefix + "remove_extra_whitespaces"),
            ChatTemplate = metadata.GetStringOrNull(Template),
            NamedChatTemplates = NamedTemplates(metadata),
        };
    }

    /// <summary>Adds the keys of a tokenizer to metadata; what is null is left out.</summary>
    /// <param name="tokenizer">The values.</param>
    /// <param name="metadata">Receives the keys.</param>
    public static void Write(GgufTokenizer tokenizer, GgufMetadata metadata)
    {
        Set(metadata, "model", tokenizer.Model, GgufValue.Of);
        Set(metadata, "pre", tokenizer.Pre, GgufValue.Of);
        Set(metadata, "tokens", tokenizer.Tokens, tokens => GgufValue.OfArray([.. tokens]));
        Set(metadata, "scores", tokenizer.Scores, scores => GgufValue.OfArray<float>([.. scores]));
        Set(metadata, "token_type", tokenizer.TokenTypes, types => GgufValue.OfArray<int>([.. types]));
        Set(metadata, "merges", tokenizer.Merges, merges => GgufValue.OfArray([.. merges]));
        if (!tokenizer.PrecompiledCharsMap.IsEmpty)
        {
            metadata.Set(Prefix + "precompiled_charsmap", GgufValue.OfArray(tokenizer.PrecompiledCharsMap.ToArray()));
        }

        SetId(metadata, "bos_token_id", tokenizer.BosId);
        SetId(metadata, "eos_token_id", tokenizer.EosId);
        SetId(metadata, "eot_token_id", tokenizer.EotId);
        SetId(metadata, "eom_token_id", tokenizer.EomId);
        SetId(metadata, "unknown_token_id", tokenizer.UnkId);
        SetId(metadata, "seperator_token_id", tokenizer.SepId);
        SetId(metadata, "padding_token_id", tokenizer.PadId);
        SetFlag(metadata, "add_bos_token", tokenizer.AddBos);
        SetFlag(metadata, "add_eos_token", tokenizer.AddEos);
        SetFlag(metadata, "add_sep_token", tokenizer.AddSep);
        SetFlag(metadata, "add_space_prefix", tokenizer.AddSpacePrefix);
        SetFlag(metadata, "remove_extra_whitespaces", tokenizer.RemoveExtraWhitespaces);
        if (tokenizer.NamedChatTemplates is { Count: > 0 } named)
        {
            metadata.Set(Template + "s", GgufValue.OfArray([.. named.Keys]));
            foreach ((string name, string source) in named)
            {
                metadata.Set($"{Template}.{name}", GgufValue.Of(source));
            }
        }

        if (tokenizer.ChatTemplate is { } template)
        {
            metadata.Set(Template, GgufValue.Of(template));
        }
    }

    private static uint? Id(GgufMetadata metadata, string key) =>
        metadata.GetInt64OrNull(Prefix + key) is long id and >= 0 and <= uint.MaxValue ? (uint)id : null;

    private static ReadOnlyMemory<byte> CharsMap(GgufMetadata metadata)
    {
        GgufValue? value = metadata.Find(Prefix + "precompiled_charsmap");
        if (value is null)
        {
            return default;
        }

        if (value.TryGetArray(out byte[]? bytes))
        {
            return bytes;
        }

        return value.TryGetArray(out sbyte[]? signed) && signed is not null
            ? Array.ConvertAll(signed, b => unchecked((byte)b))
            : throw new InvalidDataException(
                $"{metadata.File}: key {Prefix}precompiled_charsmap is {value.Type} of {value.ElementType}, expected an array of bytes; the file is damaged");
    }

    private static Dictionary<string, string> NamedTemplates(GgufMetadata metadata)
    {
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        foreach (string key in metadata.Keys)
        {
            if (key.StartsWith(Template + ".", StringComparison.Ordinal))
            {
                named[key[(Template.Length + 1)..]] = metadata.GetString(key);
            }
        }

        return named;
    }

    private static void Set<T>(GgufMetadata metadata, string key, T? value, Func<T, GgufValue> convert)
        where T : class
    {
        if (value is not null)
        {
            metadata.Set(Prefix + key, convert(value));
        }
    }

    private static void SetId(GgufMetadata metadata, string key, uint? value)
    {
        if (value is uint id)
        {
            metadata.Set(Prefix + key, GgufValue.Of(id));
        }
    }

    private static void SetFlag(GgufMetadata metadata, string key, bool? value)
    {
        if (value is bool flag)
        {
            metadata.Set(Prefix + key, GgufValue.Of(flag));
        }
    }
}
