namespace Jevons.Training;

/// <summary>One sequence of a batch. Sequences of a batch do not see each other.</summary>
/// <param name="Ids">Token ids, at least one.</param>
/// <param name="Labels">
/// As many: the token itself where it counts, <see cref="Ignored"/> where it does not. Position i is predicted from those before
/// it, so the first label never counts.
/// </param>
public sealed record TrainingSequence(int[] Ids, int[] Labels)
{
    /// <summary>Marks a label that does not count.</summary>
    public const int Ignored = -100;
}
