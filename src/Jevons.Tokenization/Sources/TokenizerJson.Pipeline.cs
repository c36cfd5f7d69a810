using System.Text.Json;

namespace Jevons.Tokenization;

/// <content>normalizer, pre_tokenizer.</content>
public static partial class TokenizerJson
{
    private const string BlankText = "\u2581";

    private static TextPipeline ReadPipeline(JsonElement root)
    {
        List<JsonElement> normalizers = Flatten(JsonText.Member(root, "normalizer"), "normalizers", "normalizer");
        List<JsonElement> preTokenizers = Flatten(JsonText.Member(root, "pre_tokenizer"), "pretokenizers", "pre_tokenizer");
        bool nfc = false;
        bool prepends = false;
        bool replaces = false;
        foreach (JsonElement step in normalizers)
        {
            switch (JsonText.OptionalText(step, "type", "normalizer"))
            {
                case "NFC":
                    nfc = true;
                    break;
                case "Prepend" when JsonText.OptionalText(step, "prepend", "normalizer") == BlankText:
                    prepends = true;
                    break;
                case "Replace" when IsBlankReplacement(step):
                    replaces = true;
                    break;
                default:
                    throw new InvalidDataException(
                        $"normalizer {JsonText.Shorten(step)} is not known; known are NFC, and Prepend with Replace of ' ' by U+2581");
            }
        }

        if (preTokenizers.Count == 0 && replaces && !nfc)
        {
            return new TextPipeline(
                TokenizerKind.SentencePieceBpe, "default", SpacePrefix: prepends ? SpacePrefix.Fragment : SpacePrefix.None);
        }

        if (preTokenizers.Count == 1 && !nfc && !prepends && !replaces
            && JsonText.OptionalText(preTokenizers[0], "type", "pre_tokenizer") == "Metaspace")
        {
            return ReadMetaspace(preTokenizers[0]);
        }

        if (prepends || replaces)
        {
            throw new InvalidDataException(
                $"normalizer {JsonText.Shorten(JsonText.Member(root, "normalizer"))} with pre_tokenizer "
                + $"{JsonText.Shorten(JsonText.Member(root, "pre_tokenizer"))} is not known");
        }

        return new TextPipeline(
            TokenizerKind.ByteLevelBpe, ReadByteLevel(preTokenizers, root), nfc ? TextNormalizer.Nfc : TextNormalizer.None);
    }

    /// <summary>A step, or the steps of a sequence; nothing where there is none.</summary>
    private static List<JsonElement> Flatten(JsonElement step, string listName, string path)
    {
        List<JsonElement> steps = [];
        if (step.ValueKind == JsonValueKind.Undefined)
        {
            return steps;
        }

        JsonText.Expect(step, JsonValueKind.Object, path);
        if (JsonText.OptionalText(step, "type", path) != "Sequence")
        {
            steps.Add(step);
            return steps;
        }

        JsonElement list = JsonText.Member(step, listName);
        JsonText.Expect(list, JsonValueKind.Array, $"{path}.{listName}");
        foreach (JsonElement inner in list.EnumerateArray())
        {
            steps.AddRange(Flatten(inner, listName, path));
        }

        return steps;
    }

    private static bool IsBlankReplacement(JsonElement step) =>
        JsonText.OptionalText(step, "content", "normalizer") == BlankText
        && JsonText.OptionalText(JsonText.Member(step, "pattern"), "String", "normalizer.pattern") == " ";

    private static TextPipeline ReadMetaspace(JsonElement step)
    {
        const string Path = "pre_tokenizer";
        string replacement = JsonText.OptionalText(step, "replacement", Path) ?? BlankText;
        if (replacement != BlankText)
        {
            throw new InvalidDataException($"pre_tokenizer.replacement is '{replacement}', U+2581 is expected");
        }

        bool addsPrefix = JsonText.Flag(step, "add_prefix_space", true, Path);
        SpacePrefix prefix = JsonText.OptionalText(step, "prepend_scheme", Path) switch
        {
            null => addsPrefix ? SpacePrefix.Fragment : SpacePrefix.None,
            "always" => SpacePrefix.Fragment,
            "first" => SpacePrefix.Text,
            "never" => SpacePrefix.None,
            string other => throw new InvalidDataException(
                $"pre_tokenizer.prepend_scheme is '{other}'; always, first or never is expected"),
        };
        bool splits = JsonText.Flag(step, "split", true, Path);
        return new TextPipeline(
            TokenizerKind.SentencePieceBpe, splits ? MetaspaceName : "default", TextNormalizer.None, prefix, true, true);
    }

    private static string ReadByteLevel(List<JsonElement> steps, JsonElement root)
    {
        List<string> patterns = [];
        bool hasByteLevel = false;
        foreach (JsonElement step in steps)
        {
            string? type = JsonText.OptionalText(step, "type", "pre_tokenizer");
            if (hasByteLevel)
            {
                type = null;
            }

            switch (type)
            {
                case "Split" when JsonText.OptionalText(JsonText.Member(step, "pattern"), "Regex", "pre_tokenizer.pattern") is string regex
                    && KeepsMatches(step):
                    patterns.Add(regex.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
                    break;
                case "Digits" when JsonText.Flag(step, "individual_digits", false, "pre_tokenizer"):
                    patterns.Add(PreTokenizers.NumberPattern);
                    break;
                case "ByteLevel" when !JsonText.Flag(step, "add_prefix_space", true, "pre_tokenizer"):
                    hasByteLevel = true;
                    if (JsonText.Flag(step, "use_regex", true, "pre_tokenizer"))
                    {
                        patterns.Add(Gpt2Split.Pattern);
                    }

                    break;
                default:
                    throw Unknown(root);
            }
        }

        return hasByteLevel && PreTokenizers.FindByPatterns(patterns) is PreTokenizerKind kind ? kind.Names[0] : throw Unknown(root);
    }

    /// <summary>True where a split's matches are its pieces: isolated, or everything else removed by a regex that matches all.</summary>
    private static bool KeepsMatches(JsonElement step) =>
        (JsonText.OptionalText(step, "behavior", "pre_tokenizer"), JsonText.Flag(step, "invert", false, "pre_tokenizer")) switch
        {
            ("Isolated", false) => true,
            ("Removed", true) => JsonText.OptionalText(JsonText.Member(step, "pattern"), "Regex", "pre_tokenizer.pattern")
                is Gpt2Split.Pattern or Qwen2Split.Pattern or Qwen2Split.Llama3Pattern,
            _ => false,
        };

    private static InvalidDataException Unknown(JsonElement root) => new(
        $"pre_tokenizer {JsonText.Shorten(JsonText.Member(root, "pre_tokenizer"))} is not known; known are: {PreTokenizers.KnownNames}");

    /// <summary>
    /// The name to write: R1's distills of Qwen have their own for the same regex, and llama-bpe implies ignore_merges.
    /// </summary>
    private static string NamePreTokenizer(string name, List<AddedToken> added, bool ignoresMerges) => name switch
    {
        "qwen2" when added.Exists(t => t.Content == "<\uFF5CAssistant\uFF5C>") => "deepseek-r1-qwen",
        "llama-bpe" when !ignoresMerges => "smaug-bpe",
        _ => name,
    };
}
