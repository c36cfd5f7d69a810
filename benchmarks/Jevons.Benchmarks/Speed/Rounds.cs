namespace Jevons.Benchmarks;

/// <summary>Runs sides in turn on one piece of work, a probe between any two samples, the order reversed every round.</summary>
/// <param name="probe">The probe.</param>
/// <param name="sides">The sides.</param>
/// <param name="log">Told what happens.</param>
internal sealed class Rounds(PlacementProbe probe, IReadOnlyList<ISide> sides, Action<string> log)
{
    // Code that is compiled in the background, threads that go to sleep: both are over by then.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(250);

    /// <summary>Measures.</summary>
    /// <param name="model">Path of a GGUF file.</param>
    /// <param name="work">The work.</param>
    /// <param name="rounds">Samples of each side.</param>
    /// <param name="cancellationToken">Ends it between samples.</param>
    /// <returns>All samples, the dropped ones too.</returns>
    public IReadOnlyList<Sample> Measure(string model, Workload work, int rounds, CancellationToken cancellationToken)
    {
        List<(string Name, ITrial Trial)> trials = [];
        List<Sample> samples = [];
        try
        {
            foreach (ISide side in sides)
            {
                if (side.Prepare(model, work, cancellationToken) is { } trial)
                {
                    trials.Add((side.Name, trial));
                    WarmUp(trial, cancellationToken);
                }
                else
                {
                    log($"{side.Name} has nothing that measures {work.Name}");
                }
            }

            Placement before = probe.Measure();
            for (int round = 0; round < rounds; round++)
            {
                foreach ((string name, ITrial trial) in round % 2 == 0 ? trials : Enumerable.Reverse(trials))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Reading reading = trial.Run(cancellationToken);
                    Placement after = probe.Measure();
                    Sample sample = new(Path.GetFileName(model), work, name, round, reading, before, after);
                    samples.Add(sample);
                    log(SampleText.Line(sample));
                    before = after;
                }
            }
        }
        finally
        {
            foreach ((_, ITrial trial) in trials)
            {
                trial.Dispose();
            }
        }

        return samples;
    }

    private static void WarmUp(ITrial trial, CancellationToken cancellationToken)
    {
        for (int i = 0; i < trial.WarmUps; i++)
        {
            trial.Run(cancellationToken);
            Thread.Sleep(s_settle);
        }
    }
}
