using Jevons.Formats;

namespace Jevons.Models;

/// <summary>Size of a GGUF's vocabulary: the key, else the rows of the embedding table, else the tokens listed.</summary>
internal static class GgufVocabulary
{
    public static int Size(GgufFile file, string architecture)
    {
        if (file.Find("token_embd.weight") is { Shape.Length: 2 } embedding)
        {
            ConfigChecks.Positive(file.Path, "rows of token_embd.weight", embedding.Shape[0]);
            return (int)embedding.Shape[0];
        }

        return file.Metadata.GetInt32OrNull(architecture + ".vocab_size")
            ?? file.Metadata.GetStringsOrNull("tokenizer.ggml.tokens")?.Count
            ?? throw new InvalidDataException($"{file.Path}: no key {architecture}.vocab_size, no token_embd.weight and no tokenizer.ggml.tokens");
    }
}
