using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>Log-probabilities of a row of logits, accumulated in double precision.</summary>
public static class LogProbs
{
    /// <summary>ln sum exp(l), shifted by the largest logit.</summary>
    /// <param name="logits">At least one value.</param>
    /// <returns>The normaliser: log p(i) = logits[i] - it.</returns>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        double max = logits[Greedy.Choose(logits)];
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - max);
        }

        return max + Math.Log(sum);
    }

    /// <summary>The same by the vectorised kernel: relative error of the sum below 5e-7, the same bits on every instruction set.</summary>
    /// <param name="logits">At least one value.</param>
    /// <param name="context">Instruction set.</param>
    /// <returns>The normaliser.</returns>
    public static double LogSumExp(ReadOnlySpan<float> logits, KernelContext context) => LogSoftmax.LogSumExp(logits, context);

    /// <summary>The most probable tokens, descending; ties: lower id first.</summary>
    /// <param name="logits">Logits.</param>
    /// <param name="logSumExp">Their normaliser.</param>
    /// <param name="top">Receives as many as it holds, at most all.</param>
    public static void Top(ReadOnlySpan<float> logits, double logSumExp, Span<TokenLogProb> top)
    {
        int count = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            float logProb = (float)(logits[token] - logSumExp);
            if (count == top.Length && (count == 0 || !(logits[token] > logits[top[count - 1].Token])))
            {
                continue;
            }

            int index = count < top.Length ? count++ : count - 1;
            while (index > 0 && logits[token] > logits[top[index - 1].Token])
            {
                top[index] = top[index - 1];
                index--;
            }

            top[index] = new TokenLogProb(token, logProb);
        }
    }
}
