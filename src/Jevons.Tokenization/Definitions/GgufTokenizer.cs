namespace Jevons.Tokenization;

/// <summary>
/// The tokenizer keys of GGUF metadata as plain values; null where the file has no such key. Each property names its key.
/// It stands between this room and the one that reads and writes files.
/// </summary>
public sealed record GgufTokenizer
{
    /// <summary><c>tokenizer.ggml.model</c>: "gpt2" or "llama".</summary>
    public string? Model { get; init; }

    /// <summary><c>tokenizer.ggml.pre</c>: the pre-tokenizer's name.</summary>
    public string? Pre { get; init; }

    /// <summary><c>tokenizer.ggml.tokens</c>.</summary>
    public IReadOnlyList<string>? Tokens { get; init; }

    /// <summary><c>tokenizer.ggml.token_type</c> (int32).</summary>
    public IReadOnlyList<int>? TokenTypes { get; init; }

    /// <summary><c>tokenizer.ggml.scores</c> (float32).</summary>
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary><c>tokenizer.ggml.merges</c>: "left right".</summary>
    public IReadOnlyList<string>? Merges { get; init; }

    /// <summary><c>tokenizer.ggml.precompiled_charsmap</c> (bytes).</summary>
    public ReadOnlyMemory<byte> PrecompiledCharsMap { get; init; }

    /// <summary><c>tokenizer.ggml.bos_token_id</c>.</summary>
    public uint? BosId { get; init; }

    /// <summary><c>tokenizer.ggml.eos_token_id</c>.</summary>
    public uint? EosId { get; init; }

    /// <summary><c>tokenizer.ggml.eot_token_id</c>.</summary>
    public uint? EotId { get; init; }

    /// <summary><c>tokenizer.ggml.eom_token_id</c>.</summary>
    public uint? EomId { get; init; }

    /// <summary><c>tokenizer.ggml.unknown_token_id</c>.</summary>
    public uint? UnkId { get; init; }

    /// <summary><c>tokenizer.ggml.seperator_token_id</c> (spelled so in the format).</summary>
    public uint? SepId { get; init; }

    /// <summary><c>tokenizer.ggml.padding_token_id</c>.</summary>
    public uint? PadId { get; init; }

    /// <summary><c>tokenizer.ggml.add_bos_token</c>.</summary>
    public bool? AddBos { get; init; }

    /// <summary><c>tokenizer.ggml.add_eos_token</c>.</summary>
    public bool? AddEos { get; init; }

    /// <summary><c>tokenizer.ggml.add_sep_token</c>.</summary>
    public bool? AddSep { get; init; }

    /// <summary><c>tokenizer.ggml.add_space_prefix</c>.</summary>
    public bool? AddSpacePrefix { get; init; }

    /// <summary><c>tokenizer.ggml.remove_extra_whitespaces</c>.</summary>
    public bool? RemoveExtraWhitespaces { get; init; }

    /// <summary><c>tokenizer.chat_template</c>.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary><c>tokenizer.chat_template.NAME</c> by NAME.</summary>
    public IReadOnlyDictionary<string, string>? NamedChatTemplates { get; init; }
}
