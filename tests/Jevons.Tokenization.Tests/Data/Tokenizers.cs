using System.Collections.Concurrent;
using Jevons.Testing;

namespace Jevons.Tokenization.Tests;

/// <summary>Tokenizers of the reference data, each loaded once.</summary>
internal static class Tokenizers
{
    private static readonly ConcurrentDictionary<string, Lazy<Tokenizer>> s_loaded = new(StringComparer.Ordinal);

    /// <summary>The tokenizer of a file: tokenizer.json (with the tokenizer_config.json beside it), a GGUF or a model.</summary>
    public static Tokenizer Load(params string[] parts)
    {
        string path = SharedData.Path(parts);
        return s_loaded.GetOrAdd(path, p => new Lazy<Tokenizer>(() => Tokenizer.Create(Define(p)))).Value;
    }

    public static TokenizerDefinition Define(string path)
    {
        using FileStream file = File.OpenRead(path);
        switch (Path.GetExtension(path))
        {
            case ".gguf":
                return TokenizerDefinition.FromGguf(GgufMetadata.Tokenizer(path));
            case ".model":
                return SentencePieceModel.Read(file);
            default:
                string config = Path.Combine(Path.GetDirectoryName(path)!, "tokenizer_config.json");
                using (FileStream? second = File.Exists(config) ? File.OpenRead(config) : null)
                {
                    return TokenizerJson.Read(file, second);
                }
        }
    }
}
