namespace Jevons.Training.Tests;

public class BatchPackerTests
{
    [Fact]
    public void AnEpoch_VisitsEverySequenceOnce_InBatchesThatFit()
    {
        TrainingSequence[] sequences = [.. Enumerable.Range(1, 40).Select(i => new TrainingSequence(new int[(i % 7) + 1], new int[(i % 7) + 1]))];
        SequenceOrder order = new(sequences.Length, seed: 3, shuffle: true);
        BatchPacker packer = new(sequences, order, maxTokens: 12, maxSequences: 4);
        List<TrainingSequence> seen = [];
        while (order.Epoch == 0 && order.Position < sequences.Length)
        {
            IReadOnlyList<TrainingSequence> batch = packer.Next();
            Assert.InRange(batch.Count, 1, 4);
            Assert.InRange(batch.Sum(s => s.Ids.Length), 1, 12);
            seen.AddRange(batch);
        }

        Assert.Equal(sequences.Length, seen.Count);
        Assert.Equal(sequences.Length, seen.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.NotEqual(sequences, seen);
    }

    [Fact]
    public void AnOrderThatIsSoughtTo_GoesOnAsIfNeverStopped()
    {
        SequenceOrder whole = new(11, 5, shuffle: true);
        int[] all = [.. Enumerable.Range(0, 40).Select(_ => whole.Take())];
        for (int stop = 0; stop < 40; stop++)
        {
            SequenceOrder first = new(11, 5, shuffle: true);
            int[] before = [.. Enumerable.Range(0, stop).Select(_ => first.Take())];
            SequenceOrder second = new(11, 5, shuffle: true);
            second.Seek(first.Epoch, first.Position);
            int[] both = [.. before, .. Enumerable.Range(0, 40 - stop).Select(_ => second.Take())];
            Assert.Equal(all, both);
        }
    }
}
