using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>Lays out training sequences as batches, and the pages of one layer that their attention runs over.</summary>
internal sealed class TapeBatches : IDisposable
{
    private readonly Batch _main = new();
    private readonly Batch _draft = new();
    private readonly int _vocabSize;
    private readonly int _maxTokens;

    public TapeBatches(LanguageModel model, int maxTokens, int maxSequences)
    {
        _vocabSize = model.Config.VocabSize;
        _maxTokens = maxTokens;

        // Every sequence may leave its last page nearly empty.
        Cache = new KvCache([model.CacheLayouts(KvType.F32)[0]], (maxTokens / KvLayerLayout.PageLength) + maxSequences);
    }

    /// <summary>Pages of one layer.</summary>
    public KvCache Cache { get; }

    /// <summary>All tokens of all sequences.</summary>
    public Batch Main(IReadOnlyList<TrainingSequence> sequences) => Fill(_main, sequences, skipped: 0);

    /// <summary>Tokens 1, 2, ... of every sequence, at positions 0, 1, ... of the draft layer.</summary>
    public Batch Draft(IReadOnlyList<TrainingSequence> sequences) => Fill(_draft, sequences, skipped: 1);

    /// <summary>Rows of the main batch whose hidden states the draft's rows read: all but each sequence's last.</summary>
    public static int[] RowsOfDraft(IReadOnlyList<TrainingSequence> sequences)
    {
        List<int> rows = [];
        int first = 0;
        foreach (TrainingSequence sequence in sequences)
        {
            rows.AddRange(Enumerable.Range(first, sequence.Ids.Length - 1));
            first += sequence.Ids.Length;
        }

        return [.. rows];
    }

    public void Dispose()
    {
        Cache.Dispose();
        _main.Dispose();
        _draft.Dispose();
    }

    private Batch Fill(Batch batch, IReadOnlyList<TrainingSequence> sequences, int skipped)
    {
        batch.Clear();
        int page = 0;
        foreach (TrainingSequence sequence in sequences)
        {
            int[] ids = sequence.Ids;
            if (ids.Length != sequence.Labels.Length)
            {
                throw new ArgumentException($"a sequence has {ids.Length} ids and {sequence.Labels.Length} labels; it needs as many of each", nameof(sequences));
            }

            foreach (int id in ids)
            {
                if ((uint)id >= (uint)_vocabSize)
                {
                    throw new ArgumentException($"token id {id} lies outside of the model's vocabulary of {_vocabSize}", nameof(sequences));
                }
            }

            if (ids.Length <= skipped)
            {
                continue;
            }

            int count = ids.Length - skipped;
            int pages = (count + KvLayerLayout.PageLength - 1) / KvLayerLayout.PageLength;
            if (batch.Count + count > _maxTokens || page + pages > Cache.PageCount)
            {
                throw new ArgumentException($"the batch has more than the {_maxTokens} tokens that were reserved", nameof(sequences));
            }

            batch.Add(ids.AsSpan(skipped), 0, [.. Enumerable.Range(page, pages)], absorbed: false, BatchOutputs.None);
            page += pages;
        }

        return batch;
    }
}
