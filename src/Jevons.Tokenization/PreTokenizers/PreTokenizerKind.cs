namespace Jevons.Tokenization;

/// <summary>A pre-tokenizer that this room knows: its names, its regexes and the code that is them.</summary>
/// <param name="Names">Names in <c>tokenizer.ggml.pre</c>; the first is the one that is written.</param>
/// <param name="Patterns">The regexes of a tokenizer.json by which it is recognised, stage by stage; empty where none has it.</param>
/// <param name="Splitter">The code.</param>
/// <param name="IgnoreMerges">A GGUF of this name takes whole pieces from the vocabulary.</param>
/// <param name="AddBos">A GGUF of this name that does not say so starts prompts with BOS.</param>
internal sealed record PreTokenizerKind(
    string[] Names, string[] Patterns, PreTokenizer Splitter, bool IgnoreMerges = false, bool AddBos = false);
