using Jevons.Tokenization;

namespace Jevons.Inference;

/// <summary>
/// The tags between which a model thinks. They are resolved by their strings: as single tokens of the vocabulary where both
/// are, so that only the model's own tokens count; else they are looked for in the text, across token boundaries.
/// </summary>
/// <param name="Open">Opening tag.</param>
/// <param name="Close">Closing tag.</param>
/// <param name="OpenId">Its token, or null when the tags are text.</param>
/// <param name="CloseId">Its token, or null when the tags are text.</param>
public sealed record ThinkingTags(string Open, string Close, int? OpenId, int? CloseId)
{
    private const string OpenText = "<think>";
    private const string CloseText = "</think>";

    // Enough to show an opening tag that is spelled in single bytes, and line breaks behind it.
    private const int TailTokens = 12;

    /// <summary>True when both tags are single tokens.</summary>
    public bool AreTokens => OpenId is not null && CloseId is not null;

    /// <summary>Finds a model's tags.</summary>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="chatTemplate">The chat template's source, or null.</param>
    /// <returns>The tags; null when neither the vocabulary nor the template knows any: such a model has only an answer.</returns>
    public static ThinkingTags? Find(Tokenizer tokenizer, string? chatTemplate)
    {
        if (tokenizer.TryGetId(OpenText, out int open) && tokenizer.TryGetId(CloseText, out int close))
        {
            return new ThinkingTags(OpenText, CloseText, open, close);
        }

        return chatTemplate is not null && chatTemplate.Contains(CloseText, StringComparison.Ordinal)
            ? new ThinkingTags(OpenText, CloseText, null, null)
            : null;
    }

    /// <summary>True when a prompt ends inside thinking: with the opening tag and nothing but white space behind it.</summary>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="prompt">The prompt.</param>
    /// <returns>Whether the model's first token belongs to its thinking.</returns>
    public bool IsOpenAtEnd(Tokenizer tokenizer, ReadOnlySpan<int> prompt)
    {
        if (OpenId is int open)
        {
            int last = prompt.Length - 1;
            while (last >= 0 && prompt[last] != open && string.IsNullOrWhiteSpace(tokenizer.Decode(prompt.Slice(last, 1))))
            {
                last--;
            }

            return last >= 0 && prompt[last] == open;
        }

        string tail = tokenizer.Decode(prompt[^Math.Min(TailTokens, prompt.Length)..]);
        return tail.AsSpan().TrimEnd().EndsWith(Open, StringComparison.Ordinal);
    }
}
