using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The narrow half of an adapter's product, computed the same way wherever an adapter runs.</summary>
public static class LowRank
{
    /// <summary>inner = s (x A^T): f32, scaled after the sum.</summary>
    /// <param name="update">The adapter's matrices.</param>
    /// <param name="x">[T, in].</param>
    /// <param name="inner">[T, r].</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    public static void Inner(LowRankUpdate update, Tensor x, Tensor inner, KernelContext context)
    {
        MatMul.Run(update.A, ActivationRows.Float(x), inner, context);
        Scale(inner, update.Scale);
    }

    /// <summary>x times a factor, in place.</summary>
    /// <param name="x">[T, r].</param>
    /// <param name="factor">The factor.</param>
    public static void Scale(Tensor x, float factor)
    {
        for (int t = 0; t < x.Rows; t++)
        {
            foreach (ref float value in x.Row(t))
            {
                value *= factor;
            }
        }
    }
}
