namespace Jevons.Inference;

/// <summary>
/// DRY ("don't repeat yourself", as llama.cpp defines it): where the last n tokens have occurred before in the window, the token
/// that followed them there would make the repetition longer. With n the longest such match of a token, capped at the number of
/// tokens behind the last sequence breaker, its logit loses multiplier * base^(n - allowedLength) if n &gt;= allowedLength. A
/// token that contains a breaker is spared.
/// </summary>
/// <remarks>
/// Work: O(w) for a window of w tokens, whatever they are; all matches come from one run of the Z-algorithm over the
/// window read backwards. It keeps no state between tokens. The workspace's counts are left zero.
/// </remarks>
internal sealed class DryPenalty(
    float multiplier, float exponentBase, int allowedLength, int window, SequenceBreakers breakers, SamplerWorkspace workspace) : ILogitsProcessor
{
    public void Process(ReadOnlySpan<int> tokens, int promptLength, Span<float> logits)
    {
        ReadOnlySpan<int> last = tokens.Length > window ? tokens[^window..] : tokens;
        int limit = breakers.CountAfterLast(last);
        if (limit < allowedLength)
        {
            return;
        }

        Span<int> matches = workspace.Matches(last.Length);
        FindMatches(last, matches);
        int[] longest = workspace.Counts;
        for (int distance = 1; distance < last.Length; distance++)
        {
            int length = Math.Min(matches[distance], limit);
            if (length >= allowedLength)
            {
                ref int known = ref longest[last[^distance]];
                known = Math.Max(known, length);
            }
        }

        foreach (int token in last)
        {
            int length = longest[token];
            longest[token] = 0;
            if (length > 0 && !breakers.IsBreaker(token))
            {
                logits[token] -= Penalty(length);
            }
        }
    }

    public ILogitsProcessor Fresh() => this;

    // matches[d] = the number of tokens at the end that equal, one by one, those d positions before them. [first, end) is the
    // match that reaches furthest back: what lies inside it repeats the end, whose own matches are known.
    private static void FindMatches(ReadOnlySpan<int> tokens, Span<int> matches)
    {
        int first = 0;
        int end = 0;
        for (int distance = 1; distance < tokens.Length; distance++)
        {
            int length = distance < end ? Math.Min(end - distance, matches[distance - first]) : 0;
            while (distance + length < tokens.Length && tokens[^(1 + length)] == tokens[^(1 + length + distance)])
            {
                length++;
            }

            matches[distance] = length;
            if (distance + length > end)
            {
                first = distance;
                end = distance + length;
            }
        }
    }

    // Never infinite: a token loses all chance beside others, and is still there where every other one is banned.
    private float Penalty(int length) => (float)Math.Min(multiplier * Math.Pow(exponentBase, length - allowedLength), float.MaxValue);
}
