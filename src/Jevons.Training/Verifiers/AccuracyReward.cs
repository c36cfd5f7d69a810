namespace Jevons.Training;

/// <summary>
/// 1 when a completion's final answer equals the solution, else 0; null where there is no solution or none that the comparison
/// understands: a task that cannot be judged must not be rewarded. The answer is the last <c>\boxed{..}</c>, else the last
/// <c>&lt;answer&gt;</c> section.
/// </summary>
/// <param name="equal">
/// Compares answer and solution; null when it does not understand the solution. By default exact numbers, see
/// <see cref="RationalNumber"/>.
/// </param>
/// <param name="after">Only text behind the last of these counts, such as <c>&lt;/think&gt;</c>; a completion without it scores 0.</param>
public sealed class AccuracyReward(Func<string, string, bool?>? equal = null, string? after = null) : IReward
{
    private readonly Func<string, string, bool?> _equal = equal ?? EqualNumbers;

    /// <inheritdoc/>
    public string Name => "accuracy";

    /// <inheritdoc/>
    public double? Score(RewardSample sample, CancellationToken cancellationToken)
    {
        if (sample.Solution is null)
        {
            return null;
        }

        string text = sample.Completion;
        if (after is not null)
        {
            int end = text.LastIndexOf(after, StringComparison.Ordinal);
            text = end < 0 ? string.Empty : text[(end + after.Length)..];
        }

        string answer = AnswerText.LastBoxed(text) ?? AnswerText.LastSection(text, "answer") ?? string.Empty;
        return _equal(answer, sample.Solution) switch
        {
            null => null,
            true => 1,
            false => 0,
        };
    }

    private static bool? EqualNumbers(string answer, string solution) =>
        RationalNumber.Parse(solution) is { } expected ? RationalNumber.Parse(answer) == expected : null;
}
