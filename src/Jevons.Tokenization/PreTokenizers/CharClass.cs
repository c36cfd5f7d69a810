namespace Jevons.Tokenization;

/// <summary>The character classes that pre-tokenizers' regexes speak of.</summary>
[Flags]
internal enum CharClass : byte
{
    /// <summary>None of them (controls, format characters, private use, unassigned).</summary>
    None = 0,

    /// <summary><c>\p{L}</c>.</summary>
    Letter = 1,

    /// <summary><c>\p{N}</c>.</summary>
    Number = 2,

    /// <summary><c>\p{M}</c>.</summary>
    Mark = 4,

    /// <summary><c>\p{P}</c>.</summary>
    Punctuation = 8,

    /// <summary><c>\p{S}</c>.</summary>
    Symbol = 16,

    /// <summary><c>\s</c>: Unicode's White_Space.</summary>
    Space = 32,

    /// <summary><c>[\r\n]</c>, always together with <see cref="Space"/>.</summary>
    LineBreak = 64,
}
