namespace Jevons.Training;

/// <summary>
/// Share of the peak learning rate that a step uses, after a linear warm-up of w of N steps. With p = (t - w) / (N - w) and the
/// floor f: constant 1; linear f + (1 - f)(1 - p); cosine f + (1 - f)(1 + cos(pi p)) / 2; wsd 1, and over the last share of the
/// steps linearly down to f (MiniCPM, arXiv 2404.06395).
/// </summary>
/// <param name="Name">constant, linear, cosine or wsd.</param>
/// <param name="Steps">N.</param>
/// <param name="Warmup">w.</param>
/// <param name="Floor">f.</param>
/// <param name="Decay">Share of the steps in which wsd falls.</param>
public sealed record LearningRateSchedule(string Name, int Steps, int Warmup, double Floor, double Decay)
{
    /// <summary>The share of a step.</summary>
    /// <param name="step">t, from 0.</param>
    /// <returns>0 to 1.</returns>
    public double At(int step)
    {
        if (step < Warmup)
        {
            return (step + 1.0) / Warmup;
        }

        double progress = Math.Min(1, (step - Warmup) / (double)Math.Max(1, Steps - Warmup));
        double left = Name switch
        {
            "constant" => 1,
            "linear" => 1 - progress,
            "cosine" => (1 + Math.Cos(Math.PI * progress)) / 2,
            "wsd" => Math.Clamp((Steps - step) / Math.Max(1, Steps * Decay), 0, 1),
            _ => throw new InvalidOperationException($"no schedule {Name}"),
        };
        return Name == "constant" ? 1 : Floor + ((1 - Floor) * left);
    }
}
