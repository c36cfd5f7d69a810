namespace Jevons.Tokenization;

/// <summary>
/// Token texts whose meaning is known by convention, because files often fail to say it: the names that llama.cpp's loader
/// treats as end of turn, end of message, fill-in-the-middle and end of generation.
/// </summary>
internal static class ControlNames
{
    /// <summary>Ends a turn.</summary>
    public static readonly string[] EndOfTurn =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<EOT>", "_<EOT>", "[EOT]",
        "<\uFF5Cend\u2581of\u2581sentence\uFF5C>", "<end_of_utterance>",
    ];

    /// <summary>Ends a message inside a turn.</summary>
    public static readonly string[] EndOfMessage = ["<|eom_id|>"];

    /// <summary>Fill-in-the-middle: prefix, suffix, middle.</summary>
    public static readonly string[] FillInTheMiddle =
    [
        "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<\uFF5Cfim\u2581begin\uFF5C>", "<PRE>", "\u2581<PRE>",
        "<|code_prefix|>", "<|prefix|>",
        "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<\uFF5Cfim\u2581hole\uFF5C>", "<SUF>", "\u2581<SUF>",
        "<|code_suffix|>", "<|suffix|>",
        "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<\uFF5Cfim\u2581end\uFF5C>", "<MID>", "\u2581<MID>",
        "<|code_middle|>", "<|middle|>",
    ];

    /// <summary>Fill-in-the-middle: padding, repository and file separators; a model that writes one has ended its text.</summary>
    public static readonly string[] FillInTheMiddleEnds =
    [
        "<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]",
        "<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>", "<|file_sep|>",
    ];

    /// <summary>Ends the generation.</summary>
    public static readonly string[] EndOfGeneration =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>", "<|endoftext|>", "</s>",
        "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>",
        "<\uFF5Cend\u2581of\u2581sentence\uFF5C>", "[e~[",
    ];

    private static readonly HashSet<string> s_all = new(
        [.. EndOfTurn, .. EndOfMessage, .. FillInTheMiddle, .. FillInTheMiddleEnds, .. EndOfGeneration], StringComparer.Ordinal);

    private static readonly HashSet<string> s_ends = new([.. EndOfGeneration, .. FillInTheMiddleEnds], StringComparer.Ordinal);

    private static readonly string[] s_specialWords = ["<pad>", "<mask>", "<2mass>", "[@BOS@]"];

    /// <summary>True for a text that is a control token by name.</summary>
    public static bool IsKnown(string text) => s_all.Contains(text);

    /// <summary>True for a text after which a model has ended its answer.</summary>
    public static bool EndsGeneration(string text) => s_ends.Contains(text);

    /// <summary>
    /// True for added tokens that are control tokens by their look, whatever their file says: the converter's rule, namely
    /// <c>&lt;|…|&gt;</c>, <c>&lt;｜…｜&gt;</c>, <c>&lt;unused…&gt;</c> and a few words.
    /// </summary>
    public static bool LooksSpecial(string text) =>
        Array.IndexOf(s_specialWords, text) >= 0 || IsBetween(text, "<|", "|>") || IsBetween(text, "<\uFF5C", "\uFF5C>")
        || IsBetween(text, "<unused", ">");

    /// <summary>
    /// True for texts that may structure a prompt (roles, thoughts, tools, place holders), whatever their type:
    /// <c>&lt;…&gt;</c>, <c>[…]</c>, and all that contain a bar. Such a text never becomes its token in a message's content.
    /// </summary>
    public static bool LooksLikeMarker(string text)
    {
        ReadOnlySpan<char> inner = text.AsSpan().Trim(" \u2581\t\r\n");
        return (inner.StartsWith("<", StringComparison.Ordinal) && inner.EndsWith(">", StringComparison.Ordinal))
            || (inner.StartsWith("[", StringComparison.Ordinal) && inner.EndsWith("]", StringComparison.Ordinal))
            || inner.IndexOfAny('|', '\uFF5C') >= 0 || IsKnown(text);
    }

    private static bool IsBetween(string text, string start, string end) =>
        text.StartsWith(start, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal);
}
