namespace Jevons.Benchmarks;

/// <summary>A reading with the probes around it.</summary>
/// <param name="Model">File name of the model.</param>
/// <param name="Work">The work.</param>
/// <param name="Side">Who did it.</param>
/// <param name="Round">Samples of one round are neighbours in time.</param>
/// <param name="Reading">What it took.</param>
/// <param name="Before">The probe before.</param>
/// <param name="After">The probe after.</param>
/// <param name="Others">Share of the machine's processor time that other processes, or the host, had meanwhile.</param>
internal sealed record Sample(
    string Model, Workload Work, string Side, int Round, Reading Reading, Placement Before, Placement After, double Others)
{
    /// <summary>Others may have this much before a sample is dropped.</summary>
    public const double MostOthers = 0.05;

    /// <summary>The class that held throughout, or null: then the sample is dropped.</summary>
    public PlacementClass? Class =>
        Before.Class == After.Class && Before.Class != PlacementClass.Disturbed && Others <= MostOthers ? Before.Class : null;

    /// <summary>Tokens a second.</summary>
    public double Rate => Work.Tokens / Reading.Seconds;

    /// <summary>Bytes a second that could be read around the sample: the mean of its two probes.</summary>
    public double Bandwidth => (Before.Bandwidth + After.Bandwidth) / 2;
}
