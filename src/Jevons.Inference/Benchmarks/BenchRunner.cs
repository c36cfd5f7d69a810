using System.Globalization;
using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>
/// Runs cases on a model's passes, without scheduler and sampler: random tokens fill the cache up to the depth, then the prompt
/// and the decode steps are timed, after untimed repetitions that warm everything up: for a second at least and until two in a row
/// differ by less than 5 %, but no more than three then, and none after one of more than ten seconds. The cache stays filled between
/// repetitions.
/// </summary>
/// <param name="runner">The model.</param>
/// <param name="forms">The forms of latent attention.</param>
/// <param name="clock">The clock.</param>
public sealed class BenchRunner(ModelRunner runner, SequenceForms forms, TimeProvider clock)
{
    private const int PageLength = KvLayerLayout.PageLength;

    /// <summary>Positions that a case takes in the cache, whole pages.</summary>
    /// <param name="run">The case.</param>
    public static long CachePositions(BenchCase run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.SharedPrefix + ((long)run.Batch * ((run.Length - run.SharedPrefix + PageLength - 1) / PageLength * PageLength));
    }

    /// <summary>Measures a case.</summary>
    /// <param name="run">The case.</param>
    /// <param name="repetitions">How often.</param>
    /// <param name="progress">Told before each repetition which it is.</param>
    /// <param name="cancellationToken">Ends it between passes.</param>
    /// <returns>Medians, and every decode step.</returns>
    public BenchResult Measure(BenchCase run, int repetitions, Action<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(progress);
        using BenchPasses passes = new(runner, forms, clock, run);
        passes.FillDepth(cancellationToken);
        WarmUp warmUp = new();
        while (warmUp.IsNeeded)
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"warm-up {warmUp.Count + 1}"));
            warmUp.Add(passes.Prompt(cancellationToken) + Decode(passes, run, null, cancellationToken));
        }

        double[] prompts = new double[repetitions];
        double[] decodes = new double[repetitions];
        List<double> steps = [];
        for (int i = 0; i < repetitions; i++)
        {
            progress(string.Create(CultureInfo.InvariantCulture, $"repetition {i + 1}"));
            prompts[i] = passes.Prompt(cancellationToken);
            decodes[i] = Decode(passes, run, steps, cancellationToken);
        }

        steps.Sort();
        return new BenchResult(run, Median(prompts), Median(decodes), steps, passes.PromptTokens) { WarmUps = warmUp.Count };
    }

    private static double Decode(BenchPasses passes, BenchCase run, List<double>? steps, CancellationToken cancellationToken)
    {
        double sum = 0;
        for (int step = 0; step < run.Decode; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double seconds = passes.Step(step);
            steps?.Add(seconds);
            sum += seconds;
        }

        return sum;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
