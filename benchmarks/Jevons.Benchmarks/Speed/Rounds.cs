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
    /// <param name="samples">Receives all samples as they come, the dropped ones too.</param>
    /// <param name="cancellationToken">Ends it between samples.</param>
    public void Measure(string model, Workload work, int rounds, ICollection<Sample> samples, CancellationToken cancellationToken)
    {
        List<(string Name, ITrial Trial)> trials = [];
        try
        {
            foreach (ISide side in sides)
            {
                TryAdd(side, model, work, trials, cancellationToken);
            }

            Placement before = probe.Measure();
            for (int round = 0; round < rounds; round++)
            {
                foreach ((string name, ITrial trial) in round % 2 == 0 ? trials : Enumerable.Reverse(trials))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    ProcessorTime start = ProcessorTime.Read();
                    Reading reading = trial.Run(cancellationToken);
                    double others = ProcessorTime.Others(start, ProcessorTime.Read());
                    Placement after = probe.Measure();
                    Sample sample = new(Path.GetFileName(model), work, name, round, reading, before, after, others);
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
    }

    // A peer that cannot do the work leaves the table to the others.
    private void TryAdd(ISide side, string model, Workload work, List<(string Name, ITrial Trial)> trials, CancellationToken cancellationToken)
    {
        ITrial? trial = null;
        try
        {
            trial = side.Prepare(model, work, cancellationToken);
            if (trial is null)
            {
                log($"{side.Name} has nothing that measures {work.Name}");
                return;
            }

            WarmUp(trial, cancellationToken);
            trials.Add((side.Name, trial));
        }
        catch (Exception e) when (e is not OperationCanceledException && side is not JevonsSide)
        {
            trial?.Dispose();
            log($"{side.Name} cannot do {work.Name} on {Path.GetFileName(model)}: {e.Message}");
        }
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
