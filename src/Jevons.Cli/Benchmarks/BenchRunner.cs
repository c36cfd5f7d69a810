using Jevons.Inference;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary>
/// Runs cases on a model's passes, without scheduler and sampler: random tokens fill the cache up to the depth, then the prompt
/// and the decode steps are timed. The cache stays filled between repetitions.
/// </summary>
/// <param name="runner">The model.</param>
/// <param name="forms">The forms of latent attention.</param>
/// <param name="clock">The clock.</param>
internal sealed class BenchRunner(ModelRunner runner, SequenceForms forms, TimeProvider clock)
{
    private const int PassTokens = 512;
    private const int PageLength = KvLayerLayout.PageLength;

    /// <summary>Positions that a case takes in the cache, whole pages.</summary>
    public static long CachePositions(BenchCase run) =>
        run.SharedPrefix + ((long)run.Batch * ((run.Length - run.SharedPrefix + PageLength - 1) / PageLength * PageLength));

    /// <summary>Measures a case.</summary>
    /// <param name="run">The case.</param>
    /// <param name="repetitions">How often.</param>
    /// <param name="progress">Told before each repetition.</param>
    /// <param name="cancellationToken">Ends it between passes.</param>
    public BenchResult Measure(BenchCase run, int repetitions, Action<int> progress, CancellationToken cancellationToken)
    {
        using Batch batch = new();
        int[][] pages = Pages(run);
        int[] tokens = Tokens(run.Length);
        Span<int> first = stackalloc int[1];
        for (int s = 0; s < run.Batch; s++)
        {
            Fill(batch, tokens, pages[s], s == 0 ? 0 : Math.Min(run.SharedPrefix, run.Depth), run.Depth, cancellationToken);
        }

        // Sequences after the first find a shared prefix computed, as they do in an engine.
        int promptTokens = 0;
        double[] prompts = new double[repetitions];
        double[] decodes = new double[repetitions];
        List<double> steps = [];
        for (int i = 0; i < repetitions; i++)
        {
            progress(i);
            long began = clock.GetTimestamp();
            promptTokens = 0;
            for (int s = 0; s < run.Batch; s++)
            {
                int from = s == 0 ? run.Depth : Math.Clamp(run.SharedPrefix, run.Depth, run.Depth + run.Prompt);
                Fill(batch, tokens, pages[s], from, run.Depth + run.Prompt, cancellationToken);
                promptTokens += run.Depth + run.Prompt - from;
            }

            prompts[i] = run.Prompt == 0 ? 0 : clock.GetElapsedTime(began).TotalSeconds;
            double sum = 0;
            for (int step = 0; step < run.Decode; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long start = clock.GetTimestamp();
                int position = run.Depth + run.Prompt + step;
                first[0] = tokens[position];
                batch.Clear();
                foreach (int[] table in pages)
                {
                    batch.Add(first, position, table.AsSpan(0, (position / PageLength) + 1), forms.GeneratedAbsorbed, BatchOutputs.Last);
                }

                runner.Run(batch);
                double seconds = clock.GetElapsedTime(start).TotalSeconds;
                steps.Add(seconds);
                sum += seconds;
            }

            decodes[i] = sum;
        }

        steps.Sort();
        return new BenchResult(run, Median(prompts), Median(decodes), steps, promptTokens);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static int[][] Pages(BenchCase run)
    {
        int shared = run.SharedPrefix / PageLength;
        int count = (run.Length + PageLength - 1) / PageLength;
        int next = shared;
        int[][] tables = new int[run.Batch][];
        for (int s = 0; s < run.Batch; s++)
        {
            tables[s] = new int[count];
            for (int p = 0; p < count; p++)
            {
                tables[s][p] = p < shared ? p : next++;
            }
        }

        return tables;
    }

    private int[] Tokens(int count)
    {
        SeededRandom random = new(1);
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++)
        {
            tokens[i] = random.NextInt32(runner.VocabSize);
        }

        return tokens;
    }

    private void Fill(Batch batch, int[] tokens, int[] pages, int from, int to, CancellationToken cancellationToken)
    {
        for (int first = from; first < to; first += PassTokens)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(PassTokens, to - first);
            batch.Clear();
            batch.Add(
                tokens.AsSpan(first, count),
                first,
                pages.AsSpan(0, (first + count + PageLength - 1) / PageLength),
                forms.PromptAbsorbed,
                first + count == to ? BatchOutputs.Last : BatchOutputs.None);
            runner.Run(batch);
        }
    }
}
