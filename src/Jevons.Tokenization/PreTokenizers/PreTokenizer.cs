namespace Jevons.Tokenization;

/// <summary>
/// Cuts text into the pieces inside which BPE merges. Stages run in order, each on every piece that the stage before it left;
/// a match is a piece and so is the text between two matches. Which characters of a piece a stage may look at ends with the
/// piece. Immutable, so any number of threads may use one.
/// </summary>
internal sealed class PreTokenizer
{
    private readonly PieceMatcher[] _stages;

    /// <summary>Makes a pre-tokenizer of its stages.</summary>
    /// <param name="stages">The stages in order; none leaves the text whole.</param>
    public PreTokenizer(params PieceMatcher[] stages) => _stages = stages;

    /// <summary>Cuts a text.</summary>
    /// <param name="text">Valid UTF-8, not empty.</param>
    /// <param name="ends">Receives the end of each piece in ascending order (cleared first).</param>
    /// <param name="spare">A second list to work with.</param>
    /// <returns>The list of the two that holds the result.</returns>
    public List<int> Split(ReadOnlySpan<byte> text, List<int> ends, List<int> spare)
    {
        ends.Clear();
        ends.Add(text.Length);
        foreach (PieceMatcher stage in _stages)
        {
            spare.Clear();
            int start = 0;
            foreach (int end in ends)
            {
                Cut(stage, text[start..end], start, spare);
                start = end;
            }

            (ends, spare) = (spare, ends);
        }

        return ends;
    }

    private static void Cut(PieceMatcher stage, ReadOnlySpan<byte> piece, int offset, List<int> ends)
    {
        int cut = 0;
        int position = 0;
        while (position < piece.Length)
        {
            int length = stage(piece, position);
            if (length < 0)
            {
                position -= length;
                continue;
            }

            if (position > cut)
            {
                ends.Add(offset + position);
            }

            position += length;
            cut = position;
            ends.Add(offset + cut);
        }

        if (cut < piece.Length)
        {
            ends.Add(offset + piece.Length);
        }
    }
}
