using Jevons.Tokenization;

namespace Jevons.Cli;

/// <summary>A tokenizer as its files describe it.</summary>
/// <param name="Definition">The description.</param>
/// <param name="ChatTemplate">The chat template that goes with it, or null.</param>
/// <param name="Path">The file or folder that it was read from.</param>
internal sealed record LoadedTokenizer(TokenizerDefinition Definition, string? ChatTemplate, string Path)
{
    /// <summary>Builds the tokenizer.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="InvalidDataException">The description contradicts itself.</exception>
    public Tokenizer Create()
    {
        try
        {
            return Tokenizer.Create(Definition);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{Path}: {e.Message}", e);
        }
    }

    /// <summary>The text of a token, or an empty text.</summary>
    /// <param name="id">Its id, or null.</param>
    /// <returns>The text as the vocabulary writes it.</returns>
    public string TextOf(int? id) => id is int token && (uint)token < (uint)Definition.Tokens.Count ? Definition.Tokens[token] : "";
}
