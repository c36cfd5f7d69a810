namespace Jevons.Training;

/// <summary>Clipping by the global norm.</summary>
public static class GradientClip
{
    // torch.nn.utils.clip_grad_norm_ adds it to the norm.
    private const double Epsilon = 1e-6;

    /// <summary>The factor that brings gradients to a norm of at most <paramref name="maxNorm"/>: min(1, max / (norm + 1e-6)).</summary>
    /// <param name="norm">The gradients' norm, see <see cref="GradientNorm"/>.</param>
    /// <param name="maxNorm">The largest norm, above 0; infinity or 0 clips nothing.</param>
    /// <returns>The factor; NaN when the norm is.</returns>
    public static float Factor(double norm, double maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxNorm);
        return maxNorm == 0 || double.IsPositiveInfinity(maxNorm) ? 1 : (float)Math.Min(1, maxNorm / (norm + Epsilon));
    }
}
