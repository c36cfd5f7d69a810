namespace Jevons.Training;

/// <summary>
/// Packs whole sequences into batches of a number of tokens at most. Sequences stay apart: each attends to itself alone and
/// counts its positions from 0, so that no padding is computed and no token sees another sample.
/// </summary>
/// <param name="sequences">All sequences, none longer than <paramref name="maxTokens"/>.</param>
/// <param name="order">The order in which they are visited.</param>
/// <param name="maxTokens">Tokens of a batch at most.</param>
/// <param name="maxSequences">Sequences of a batch at most.</param>
public sealed class BatchPacker(IReadOnlyList<TrainingSequence> sequences, SequenceOrder order, int maxTokens, int maxSequences)
{
    /// <summary>The next batch: sequences in order for as long as they fit; never across the end of an epoch.</summary>
    /// <returns>At least one sequence.</returns>
    public IReadOnlyList<TrainingSequence> Next()
    {
        List<TrainingSequence> batch = [];
        int tokens = 0;
        int epoch = -1;
        while (batch.Count < maxSequences)
        {
            TrainingSequence next = sequences[order.Peek()];
            if (batch.Count > 0 && (tokens + next.Ids.Length > maxTokens || order.Epoch != epoch))
            {
                break;
            }

            _ = order.Take();
            epoch = order.Epoch;
            batch.Add(next);
            tokens += next.Ids.Length;
        }

        return batch;
    }
}
