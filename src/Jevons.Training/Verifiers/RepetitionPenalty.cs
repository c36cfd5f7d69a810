namespace Jevons.Training;

/// <summary>
/// penalty (1 - different n-grams / n-grams): 0 without a repetition, near the penalty for a loop. Completions shorter than an
/// n-gram are not punished.
/// </summary>
public sealed class RepetitionPenalty : IReward
{
    private readonly int _size;
    private readonly double _penalty;
    private readonly bool _words;

    /// <summary>Sets the penalty.</summary>
    /// <param name="size">n, 1 or more.</param>
    /// <param name="penalty">The largest penalty, 0 or below.</param>
    /// <param name="words">True to count words, whatever their case, instead of tokens.</param>
    public RepetitionPenalty(int size, double penalty, bool words = false)
    {
        if (size < 1 || !(penalty <= 0))
        {
            throw new ArgumentException(FormattableString.Invariant($"{size}-grams with a penalty of {penalty}, expected 1 or more and a penalty of 0 or below"));
        }

        (_size, _penalty, _words) = (size, penalty, words);
    }

    /// <inheritdoc/>
    public string Name => "repetition_penalty";

    /// <inheritdoc/>
    public double? Score(RewardSample sample, CancellationToken cancellationToken)
    {
        IReadOnlyList<int> tokens = _words ? WordNumbers(sample.Completion) : sample.Tokens;
        int count = tokens.Count - _size + 1;
        if (count < 1)
        {
            return 0;
        }

        // Every n-gram gets the number of the pair (its first n - 1, its last token): after n rounds equal numbers are equal n-grams.
        int[] numbers = new int[tokens.Count];
        int length = tokens.Count + 1;
        for (int n = 1; n <= _size; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Dictionary<(int Before, int Last), int> seen = [];
            length = tokens.Count - n + 1;
            for (int i = 0; i < length; i++)
            {
                (int, int) pair = (numbers[i], tokens[i + n - 1]);
                if (!seen.TryGetValue(pair, out int number))
                {
                    number = seen.Count;
                    seen.Add(pair, number);
                }

                numbers[i] = number;
            }
        }

        int different = numbers.AsSpan(0, count).ToArray().Distinct().Count();
        return _penalty * (1 - ((double)different / count));
    }

    private static int[] WordNumbers(string text)
    {
        Dictionary<string, int> numbers = new(StringComparer.OrdinalIgnoreCase);
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return [.. words.Select(w => numbers.TryGetValue(w, out int number) ? number : numbers[w] = numbers.Count)];
    }
}
