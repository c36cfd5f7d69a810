namespace Jevons.Tokenization;

/// <summary>Turns ordinary text, in which no added token was found, into ids: the tokenizer's algorithm itself. Thread-safe.</summary>
internal abstract class FragmentEncoder
{
    /// <summary>Rewrites a fragment of the text as the tokenizer sees it.</summary>
    /// <param name="fragment">Valid UTF-8, not empty.</param>
    /// <param name="isFirst">The fragment starts the text.</param>
    /// <param name="output">Receives the rewritten text, if it differs (cleared first).</param>
    /// <param name="scratch">Working memory.</param>
    /// <returns>The rewritten text, or <paramref name="fragment"/> where nothing changes.</returns>
    public abstract ReadOnlySpan<byte> Normalize(
        ReadOnlySpan<byte> fragment, bool isFirst, ByteBuffer output, EncodeScratch scratch);

    /// <summary>Encodes rewritten text.</summary>
    /// <param name="text">Valid UTF-8; may be empty.</param>
    /// <param name="output">Receives the ids.</param>
    /// <param name="scratch">Working memory.</param>
    public abstract void Encode(ReadOnlySpan<byte> text, List<int> output, EncodeScratch scratch);
}
