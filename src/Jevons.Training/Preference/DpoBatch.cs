namespace Jevons.Training;

/// <summary>
/// Pairs of completions: all chosen ones, then the rejected ones in the same order, their tokens one after the other. Lists of
/// tokens have one element a token.
/// </summary>
/// <param name="Lengths">Tokens of each completion.</param>
/// <param name="LogProbs">log p under the policy.</param>
/// <param name="ReferenceLogProbs">log p under the reference model.</param>
/// <param name="Mask">Which tokens count; null: all.</param>
public sealed record DpoBatch(IReadOnlyList<int> Lengths, float[] LogProbs, float[] ReferenceLogProbs, bool[]? Mask = null)
{
    /// <summary>Pairs.</summary>
    public int Pairs => Lengths.Count / 2;

    /// <summary>Checks that the parts fit each other.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void Validate()
    {
        if (Lengths.Count == 0 || Lengths.Count % 2 != 0)
        {
            throw new ArgumentException($"{Lengths.Count} completions, expected as many chosen as rejected, at least one each");
        }

        long tokens = Lengths.Sum(l => (long)l);
        if (Lengths.Any(l => l < 0) || LogProbs.Length != tokens || ReferenceLogProbs.Length != tokens || (Mask is not null && Mask.Length != tokens))
        {
            throw new ArgumentException(
                $"completions of [{string.Join(", ", Lengths)}] tokens with {LogProbs.Length} log-probabilities, {ReferenceLogProbs.Length} of the reference"
                + $"{(Mask is null ? string.Empty : $" and a mask of {Mask.Length}")}: expected one of each a token");
        }
    }
}
