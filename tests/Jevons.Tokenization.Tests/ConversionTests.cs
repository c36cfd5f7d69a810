using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>The tokenizer keys that llama.cpp's converter writes for real tokenizers.</summary>
public sealed class ConversionTests
{
    // The converter recognises the pre-tokenizer by the ids of a probe text; these packaged tokenizers add no BOS, which misleads it.
    private static readonly Dictionary<string, string> s_rightPre = new(StringComparer.Ordinal)
    {
        ["deepseek_v3"] = "deepseek-v3",
        ["llama3"] = "llama-bpe",
    };

    public static TheoryData<string> Conversions()
    {
        string? path = SharedData.TryPath("weights", "gguf-conversion.json");
        return path is null
            ? [string.Empty]
            : [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("conversions").EnumerateObject().Select(p => p.Name)];
    }

    [Theory]
    [MemberData(nameof(Conversions))]
    public void ToGguf_RealTokenizer_EqualsTheConvertersKeys(string name)
    {
        string file = SharedData.Path("weights", "gguf-conversion.json");
        JsonElement conversion = JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("conversions").GetProperty(name);
        string folder = conversion.GetProperty(conversion.TryGetProperty("folder", out _) ? "folder" : "tokenizer").GetString()!;
        JsonElement metadata = conversion.GetProperty("metadata");
        int size = metadata.GetProperty("tokenizer.ggml.tokens").GetProperty("value").GetProperty("array").GetInt32();
        GgufTokenizer gguf = Tokenizers.Define(SharedData.Path([.. folder.Split('/'), "tokenizer.json"])).ToGguf(size);
        Dictionary<string, object?> ours = new(StringComparer.Ordinal)
        {
            ["model"] = gguf.Model,
            ["pre"] = gguf.Pre,
            ["tokens"] = gguf.Tokens,
            ["token_type"] = gguf.TokenTypes,
            ["scores"] = gguf.Scores,
            ["merges"] = gguf.Merges,
            ["bos_token_id"] = gguf.BosId,
            ["eos_token_id"] = gguf.EosId,
            ["eot_token_id"] = gguf.EotId,
            ["eom_token_id"] = gguf.EomId,
            ["unknown_token_id"] = gguf.UnkId,
            ["seperator_token_id"] = gguf.SepId,
            ["padding_token_id"] = gguf.PadId,
            ["add_bos_token"] = gguf.AddBos,
            ["add_eos_token"] = gguf.AddEos,
            ["add_sep_token"] = gguf.AddSep,
            ["add_space_prefix"] = gguf.AddSpacePrefix,
            ["remove_extra_whitespaces"] = gguf.RemoveExtraWhitespaces,
        };
        foreach ((string key, object? value) in ours)
        {
            bool isThere = metadata.TryGetProperty("tokenizer.ggml." + key, out JsonElement entry);
            Assert.True(isThere == value is not null, $"{key}: ours {value ?? "absent"}, theirs {(isThere ? entry.ToString() : "absent")}");
            if (isThere)
            {
                Compare(key, key == "pre" ? s_rightPre.GetValueOrDefault(name) : null, entry.GetProperty("value"), value!);
            }
        }

        bool hasTemplate = metadata.TryGetProperty("tokenizer.chat_template", out JsonElement template);
        Assert.Equal(hasTemplate ? template.GetProperty("value").GetString() : null, gguf.ChatTemplate);
    }

    private static void Compare(string key, string? right, JsonElement expected, object value)
    {
        if (expected.ValueKind == JsonValueKind.Object)
        {
            Assert.True(expected.GetProperty("sha256_of_json").GetString() == Hash(value), $"{key}: the array differs");
        }
        else
        {
            Assert.Equal(right ?? expected.ToString(), value.ToString());
        }
    }

    /// <summary>The compact JSON that Python's json.dumps(…, ensure_ascii=False) writes.</summary>
    private static string Hash(object list)
    {
        IEnumerable<string> items = list switch
        {
            IReadOnlyList<string> texts => texts.Select(Quote),
            IReadOnlyList<int> numbers => numbers.Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            IReadOnlyList<float> numbers => numbers.Select(n => n.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException(list.GetType().Name),
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"[{string.Join(',', items)}]")));
    }

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
