using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// Next-token cross-entropy: L = -(1 / N) sum over the N labels that count of ln p(label | tokens before), and with a weight
/// w for the multi-token-prediction layer + w times the same mean over its own labels, two tokens ahead (DeepSeek-V3, arXiv
/// 2412.19437, section 2.2). Adds the gradients of every parameter. Not thread-safe.
/// </summary>
public sealed class SupervisedLoss : IDisposable
{
    private readonly LanguageModel _model;
    private readonly KernelContext _context;
    private readonly TapeBatches _batches;
    private readonly TapeOps _tape;
    private readonly VocabularyHead _head;

    /// <summary>Borrows model, parameters and threads.</summary>
    /// <param name="model">A model over <paramref name="parameters"/>.</param>
    /// <param name="parameters">Its parameters, with gradients.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <param name="maxTokens">Tokens of a batch at most.</param>
    /// <param name="maxSequences">Sequences of a batch at most.</param>
    /// <param name="checkpointing">Whether layers are run again on the way back, to save memory.</param>
    public SupervisedLoss(
        LanguageModel model, ParameterStore parameters, KernelContext context, int maxTokens, int maxSequences, bool checkpointing)
    {
        _model = model;
        _context = context;
        _batches = new TapeBatches(model, maxTokens, maxSequences);
        _tape = new TapeOps(context, parameters, _batches.Cache, checkpointing);
        _head = new VocabularyHead(context, parameters, model.Output);
    }

    /// <summary>Bytes of activations, their gradients, pieces of logits and attention's pages, after a batch has run.</summary>
    public long Bytes => _tape.Bytes + _head.Bytes + _batches.Cache.Bytes;

    /// <summary>Computes the loss of a batch and adds its gradients, times a factor, to the parameters'.</summary>
    /// <param name="sequences">The batch.</param>
    /// <param name="mtpWeight">Weight of the multi-token-prediction loss; 0 leaves the layer out.</param>
    /// <param name="scale">Factor of the gradients; 1 / batches when gradients of several are summed.</param>
    /// <returns>The loss, without the factor.</returns>
    /// <exception cref="ArgumentException">No label counts, a token lies outside of the vocabulary, or the batch is too large.</exception>
    public double Backward(IReadOnlyList<TrainingSequence> sequences, float mtpWeight, float scale)
    {
        Target[] targets = Targets(sequences, ahead: 1);
        _tape.Reset();
        Batch batch = _batches.Main(sequences);
        ForwardResult main = _model.Forward(_tape, batch);
        if (mtpWeight == 0)
        {
            _tape.BeginBackward();
            double loss = Head(main.Hidden, targets, scale);
            _tape.Backward();
            return loss;
        }

        Target[] further = Targets(sequences, ahead: 2);
        Tensor hidden = _tape.Gather(_model.DraftInput(main), TapeBatches.RowsOfDraft(sequences));
        ForwardResult draft = _model.Draft(_tape, _batches.Draft(sequences), hidden);
        _tape.BeginBackward();
        double total = Head(main.Hidden, targets, scale) + (mtpWeight * Head(draft.Hidden, further, scale * mtpWeight));
        _tape.Backward();
        return total;
    }

    /// <summary>The loss alone: a validation batch.</summary>
    /// <param name="sequences">The batch.</param>
    /// <returns>Sum of -ln p over the labels that count, and their number.</returns>
    public (double Sum, int Count) Evaluate(IReadOnlyList<TrainingSequence> sequences)
    {
        Target[] targets = Targets(sequences, ahead: 1);
        _tape.Reset();
        ForwardResult result = _model.Forward(_tape, _batches.Main(sequences));
        float[] logProbs = new float[targets.Length];
        _head.LogProbs(result.Hidden, targets, 1, logProbs, []);
        return (-logProbs.Sum(p => (double)p), targets.Length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tape.Dispose();
        _head.Dispose();
        _batches.Dispose();
    }

    private double Head(Tensor hidden, Target[] targets, float scale)
    {
        float[] gradients = new float[targets.Length];
        float[] logProbs = new float[targets.Length];
        Array.Fill(gradients, -scale / targets.Length);
        _head.Backward(hidden, _tape.Gradient(hidden), targets, 1, gradients, [], logProbs);
        return -logProbs.Sum(p => (double)p) / targets.Length;
    }

    // Row i of the draft layer's batch stands for token i + 1 and predicts token i + 2: with one row less per sequence.
    private static Target[] Targets(IReadOnlyList<TrainingSequence> sequences, int ahead)
    {
        List<Target> targets = [];
        int first = 0;
        foreach (TrainingSequence sequence in sequences)
        {
            for (int i = 0; i + ahead < sequence.Ids.Length; i++)
            {
                int label = sequence.Labels[i + ahead];
                if (label != TrainingSequence.Ignored)
                {
                    targets.Add(new Target(first + i, label));
                }
            }

            first += sequence.Ids.Length - (ahead - 1);
        }

        return targets.Count > 0 ? [.. targets]
            : throw new ArgumentException("no label of the batch counts: every one is masked or stands first in its sequence", nameof(sequences));
    }
}
