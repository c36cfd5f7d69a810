namespace Jevons.Tokenization;

/// <summary>One stage's regex, written as code: what it matches at a position, the end of the piece being the end of text.</summary>
/// <param name="piece">The piece to be cut (valid UTF-8).</param>
/// <param name="position">The first byte of a code point in it.</param>
/// <returns>
/// The length of the match in bytes, or -n where no match starts at any of the next n bytes (n at least one code point). The
/// skip keeps a stage linear where a failed match has looked far ahead.
/// </returns>
internal delegate int PieceMatcher(ReadOnlySpan<byte> piece, int position);
