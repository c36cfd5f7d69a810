using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// Log-probabilities of the tokens that a loss looks at, and the way back to the hidden rows and the vocabulary projection.
/// Rows go through in pieces, so that [T, V] logits never exist at once. Borrows its arguments; not thread-safe.
/// </summary>
/// <param name="context">Threads, scratch, instruction set.</param>
/// <param name="parameters">The model's parameters.</param>
/// <param name="output">The vocabulary projection.</param>
public sealed class VocabularyHead(KernelContext context, ParameterStore parameters, Linear output) : IDisposable
{
    // A piece of logits stays near the size of the last-level cache.
    private const int PieceElements = 1 << 22;
    private readonly TensorBuffer _hidden = new();
    private readonly TensorBuffer _dhidden = new();
    private readonly TensorBuffer _logits = new();

    /// <summary>Bytes of the pieces, after rows have gone through.</summary>
    public long Bytes => sizeof(float) * (Size(_hidden.Rows) + Size(_dhidden.Rows) + Size(_logits.Rows));

    /// <summary>log p of each label under the logits of its row, divided by the temperature.</summary>
    /// <param name="hidden">Rows after the final norm [T, D].</param>
    /// <param name="targets">Which row predicts which token.</param>
    /// <param name="temperature">Divides the logits; above 0.</param>
    /// <param name="logProbs">One element a target.</param>
    /// <param name="entropies">One element a target, in nats; or empty.</param>
    public void LogProbs(Tensor hidden, ReadOnlySpan<Target> targets, float temperature, Span<float> logProbs, Span<float> entropies)
    {
        int piece = PieceRows;
        double[] logSums = new double[piece];
        int[] labels = new int[piece];
        for (int first = 0; first < targets.Length; first += piece)
        {
            int count = Math.Min(piece, targets.Length - first);
            Tensor logits = Logits(hidden, targets.Slice(first, count), temperature, labels);
            TokenLogProbs.Run(
                logits,
                labels.AsSpan(0, count),
                logProbs.Slice(first, count),
                logSums.AsSpan(0, count),
                entropies.IsEmpty ? [] : entropies.Slice(first, count),
                context);
        }
    }

    /// <summary>
    /// The same, and the way back: gradients by the log-probabilities (and entropies) are added to the hidden rows' and the
    /// projection's.
    /// </summary>
    /// <param name="hidden">Rows after the final norm [T, D].</param>
    /// <param name="dhidden">[T, D], added to.</param>
    /// <param name="targets">Which row predicts which token.</param>
    /// <param name="temperature">Divides the logits; above 0.</param>
    /// <param name="gradients">The loss's derivative by log p, one element a target.</param>
    /// <param name="entropyGradients">The loss's derivative by the entropy, one element a target; or empty.</param>
    /// <param name="logProbs">One element a target, written.</param>
    public void Backward(
        Tensor hidden,
        Tensor dhidden,
        ReadOnlySpan<Target> targets,
        float temperature,
        ReadOnlySpan<float> gradients,
        ReadOnlySpan<float> entropyGradients,
        Span<float> logProbs)
    {
        int piece = PieceRows;
        double[] logSums = new double[piece];
        int[] labels = new int[piece];
        int[] rows = new int[piece];
        float[] entropies = entropyGradients.IsEmpty ? [] : new float[piece];
        Parameter? weights = parameters.Find(output.Weights);
        for (int first = 0; first < targets.Length; first += piece)
        {
            int count = Math.Min(piece, targets.Length - first);
            ReadOnlySpan<Target> part = targets.Slice(first, count);
            Tensor logits = Logits(hidden, part, temperature, labels);
            ReadOnlySpan<int> names = labels.AsSpan(0, count);
            Span<float> spread = entropies.Length == 0 ? [] : entropies.AsSpan(0, count);
            TokenLogProbs.Run(logits, names, logProbs.Slice(first, count), logSums.AsSpan(0, count), spread, context);
            ReadOnlySpan<float> byEntropy = entropyGradients.IsEmpty ? [] : entropyGradients.Slice(first, count);
            TokenLogProbs.Backward(logits, names, logSums.AsSpan(0, count), gradients.Slice(first, count), spread, byEntropy, context);
            Divide(logits, temperature);

            Tensor dpiece = _dhidden.Resize(count, hidden.Cols);
            if (weights is null)
            {
                MatMul.RunTransposed(output.Weights, logits, dpiece, context);
            }
            else
            {
                Gemm.Run(GemmForm.NN, logits, weights.Values, dpiece, context);
                if (weights.IsTrained)
                {
                    Gemm.Accumulate(GemmForm.TN, logits, _hidden.Rows, weights.Gradient, context);
                }
            }

            for (int i = 0; i < count; i++)
            {
                rows[i] = part[i].Row;
            }

            Embedding.Backward(rows.AsSpan(0, count), dpiece, dhidden, context);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hidden.Dispose();
        _dhidden.Dispose();
        _logits.Dispose();
    }

    private static long Size(Tensor rows) => (long)rows.Rows * rows.Cols;

    private int PieceRows => Math.Max(16, PieceElements / output.Weights.Rows / 16 * 16);

    private Tensor Logits(Tensor hidden, ReadOnlySpan<Target> targets, float temperature, int[] labels)
    {
        Tensor rows = _hidden.Resize(targets.Length, hidden.Cols);
        for (int i = 0; i < targets.Length; i++)
        {
            hidden.Row(targets[i].Row).CopyTo(rows.Row(i));
            labels[i] = targets[i].Label;
        }

        Tensor logits = _logits.Resize(targets.Length, output.Weights.Rows);
        MatMul.Run(output.Weights, ActivationRows.Float(rows), logits, context);
        Divide(logits, temperature);
        return logits;
    }

    private static void Divide(Tensor logits, float temperature)
    {
        if (temperature == 1)
        {
            return;
        }

        for (int i = 0; i < logits.Rows; i++)
        {
            foreach (ref float z in logits.Row(i))
            {
                z /= temperature;
            }
        }
    }
}
