using System.Text.Json;

namespace Jevons.Tokenization;

/// <content>post_processor and tokenizer_config.json.</content>
public static partial class TokenizerJson
{
    /// <summary>What post_processor says about tokens around a text.</summary>
    private static TokenizerDefinition ApplyTemplateProcessing(TokenizerDefinition definition, JsonElement root, JsonElement settings)
    {
        JsonElement processor = JsonText.Member(root, "post_processor");
        foreach (JsonElement step in Flatten(processor, "processors", "post_processor"))
        {
            JsonElement single = JsonText.Member(step, "single");
            if (JsonText.OptionalText(step, "type", "post_processor") != "TemplateProcessing" || single.ValueKind != JsonValueKind.Array
                || single.GetArrayLength() < 2)
            {
                continue;
            }

            string? first = SpecialToken(single[0]);
            string? last = SpecialToken(single[single.GetArrayLength() - 1]);
            bool hasConfig = settings.ValueKind == JsonValueKind.Object;
            if (first is not null)
            {
                string? bos = hasConfig ? TokenText(settings, "bos_token") ?? TokenText(settings, "cls_token") : first;
                definition = definition with { AddBos = first == bos, BosId = hasConfig ? null : FindAdded(definition, first) };
            }

            if (last is not null)
            {
                string? eos = hasConfig ? TokenText(settings, "eos_token") ?? TokenText(settings, "sep_token") : last;
                definition = definition with { AddEos = last == eos, EosId = hasConfig ? null : FindAdded(definition, last) };
            }

            bool? addSep = AddsSeparator(JsonText.Member(step, "pair"), first, last, settings);
            definition = definition with { AddSep = addSep ?? definition.AddSep };
        }

        return definition;
    }

    private static TokenizerDefinition ApplyConfig(TokenizerDefinition definition, JsonElement settings)
    {
        (string? template, Dictionary<string, string> named) = ReadTemplates(JsonText.Member(settings, "chat_template"));
        return definition with
        {
            BosId = Find("bos_token") ?? Find("cls_token"),
            EosId = Find("eos_token") ?? Find("sep_token"),
            PadId = Find("pad_token"),
            UnkId = Find("unk_token"),
            SepId = Find("sep_token"),
            AddBos = OwnFlag("add_bos_token") ?? definition.AddBos,
            AddEos = OwnFlag("add_eos_token") ?? definition.AddEos,
            AddSep = OwnFlag("add_sep_token") ?? definition.AddSep,
            StatedSpacePrefix = OwnFlag("add_prefix_space"),
            ChatTemplate = template,
            NamedChatTemplates = named,
        };

        int? Find(string name) => TokenText(settings, name) is string text ? FindAdded(definition, text) : null;

        bool? OwnFlag(string name) => JsonText.Member(settings, name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };
    }

    /// <summary>A token's text: a string, or an object with "content".</summary>
    private static string? TokenText(JsonElement settings, string name)
    {
        JsonElement value = JsonText.Member(settings, name);
        return value.ValueKind switch
        {
            JsonValueKind.String => JsonText.Text(value, $"tokenizer_config.json: {name}"),
            JsonValueKind.Object => JsonText.OptionalText(value, "content", $"tokenizer_config.json: {name}"),
            _ => null,
        };
    }

    private static int? FindAdded(TokenizerDefinition definition, string text)
    {
        foreach (AddedToken token in definition.AddedTokens)
        {
            if (token.Content == text)
            {
                return token.Id;
            }
        }

        return null;
    }

    private static string? SpecialToken(JsonElement entry) =>
        JsonText.OptionalText(JsonText.Member(entry, "SpecialToken"), "id", "post_processor.single");

    private static string? Sequence(JsonElement entry) =>
        JsonText.OptionalText(JsonText.Member(entry, "Sequence"), "id", "post_processor.pair");

    /// <summary>
    /// Whether a pair of texts has a separator between them, as llama.cpp's converter reads it: between A and B, without what also
    /// stands at the ends of a single text. Null where the template is not of that form.
    /// </summary>
    private static bool? AddsSeparator(JsonElement pair, string? first, string? last, JsonElement settings)
    {
        if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() == 0)
        {
            return null;
        }

        List<JsonElement> entries = [.. pair.EnumerateArray()];
        if (first is not null && SpecialToken(entries[0]) == first)
        {
            entries.RemoveAt(0);
        }

        if (last is not null && entries.Count > 0 && SpecialToken(entries[^1]) == last)
        {
            entries.RemoveAt(entries.Count - 1);
        }

        if (entries.Count < 3 || Sequence(entries[0]) != "A" || Sequence(entries[^1]) != "B")
        {
            return null;
        }

        string?[] separators = [TokenText(settings, "sep_token"), TokenText(settings, "eos_token") ?? last];
        bool one = SpecialToken(entries[1]) is string a && separators.Contains(a, StringComparer.Ordinal) && last is null;
        bool two = entries.Count == 4 && SpecialToken(entries[2]) is string b && separators.Contains(b, StringComparer.Ordinal);
        return one || two;
    }

    /// <summary>chat_template: a text, or a list of named texts of which "default" is the one.</summary>
    private static (string? Template, Dictionary<string, string> Named) ReadTemplates(JsonElement value)
    {
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        if (value.ValueKind == JsonValueKind.Undefined)
        {
            return (null, named);
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return (JsonText.Text(value, "chat_template"), named);
        }

        JsonText.Expect(value, JsonValueKind.Array, "chat_template");
        string? template = null;
        foreach (JsonElement entry in value.EnumerateArray())
        {
            JsonText.Expect(entry, JsonValueKind.Object, "chat_template[]");
            string name = JsonText.Text(JsonText.Member(entry, "name"), "chat_template[].name");
            string text = JsonText.Text(JsonText.Member(entry, "template"), "chat_template[].template");
            if (name == "default")
            {
                template = text;
            }
            else
            {
                named[name] = text;
            }
        }

        return (template, named);
    }
}
