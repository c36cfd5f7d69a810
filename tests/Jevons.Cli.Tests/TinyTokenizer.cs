namespace Jevons.Cli.Tests;

/// <summary>A byte-level tokenizer.json of seven tokens, and a configuration with BOS and a template.</summary>
internal static class TinyTokenizer
{
    public const string Json = """
        {
          "added_tokens": [
            {"id": 5, "content": "<|begin|>", "special": true, "normalized": false, "lstrip": false, "rstrip": false, "single_word": false},
            {"id": 6, "content": "<|end|>", "special": true, "normalized": false, "lstrip": false, "rstrip": false, "single_word": false}
          ],
          "normalizer": null,
          "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
          "decoder": {"type": "ByteLevel"},
          "model": {
            "type": "BPE", "unk_token": null, "byte_fallback": false, "ignore_merges": false,
            "vocab": {"a": 0, "b": 1, "ab": 2, "\u0120": 3, "c": 4},
            "merges": [["a", "b"]]
          }
        }
        """;

    public const string Config = """
        {
          "add_bos_token": true, "bos_token": "<|begin|>", "eos_token": "<|end|>",
          "chat_template": "{{ bos_token }}{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}"
        }
        """;

    /// <summary>Writes both files into a folder below a bench's and returns the path of tokenizer.json.</summary>
    public static string Write(CliBench bench, string folder = "tok")
    {
        bench.Folder.Write($"{folder}/tokenizer_config.json", Config);
        return bench.Folder.Write($"{folder}/tokenizer.json", Json);
    }
}
