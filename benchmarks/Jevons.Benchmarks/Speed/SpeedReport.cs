using System.Globalization;

namespace Jevons.Benchmarks;

/// <summary>The table of a comparison: medians within a placement class, ratios of neighbours in time, shares of the machine's ceilings.</summary>
/// <param name="peaks">What the arithmetic units reach.</param>
/// <param name="models">What each model costs, by file name.</param>
/// <param name="samples">All samples.</param>
internal sealed class SpeedReport(ComputePeaks peaks, IReadOnlyDictionary<string, ModelWork> models, IReadOnlyList<Sample> samples)
{
    private const string Ours = "jevons";
    private const string Llama = "llama.cpp";

    /// <summary>Writes both tables as Markdown.</summary>
    /// <param name="writer">Receives them.</param>
    public void Write(TextWriter writer)
    {
        writer.WriteLine("| model | work | placement | side | samples | median | lowest - highest | reaches | of ceiling |");
        writer.WriteLine("|---|---|---|---|---|---|---|---|---|");
        foreach (IGrouping<(string Model, Workload Work, PlacementClass? Class), Sample> group in Groups())
        {
            foreach (IGrouping<string, Sample> side in group.GroupBy(s => s.Side, StringComparer.Ordinal))
            {
                WriteSide(writer, group.Key.Model, group.Key.Work, group.Key.Class!.Value, [.. side]);
            }
        }

        writer.WriteLine();
        writer.WriteLine("Ratios are of neighbours in time (one round, one placement), more than 1 means that jevons is faster; the median of all pairs.");
        writer.WriteLine();
        writer.WriteLine("| model | work | placement | against | pairs | median ratio | lowest - highest |");
        writer.WriteLine("|---|---|---|---|---|---|---|");
        foreach (IGrouping<(string Model, Workload Work, PlacementClass? Class), Sample> group in Groups())
        {
            WriteRatios(writer, group.Key.Model, group.Key.Work, group.Key.Class!.Value, [.. group]);
        }

        int dropped = samples.Count(s => s.Class is null);
        writer.WriteLine();
        writer.WriteLine(Text($"{samples.Count} samples, of which {dropped} dropped because the placement changed or others had more than {Sample.MostOthers:P0} of the machine."));
    }

    private IEnumerable<IGrouping<(string Model, Workload Work, PlacementClass? Class), Sample>> Groups() =>
        samples.Where(s => s.Class is not null).GroupBy(s => (s.Model, s.Work, s.Class));

    private void WriteSide(TextWriter writer, string model, Workload work, PlacementClass placement, Sample[] side)
    {
        bool asSeconds = work.Kind is WorkKind.FirstToken or WorkKind.Total;
        double[] values = [.. side.Select(s => asSeconds ? s.Reading.Seconds : s.Rate)];
        string unit = asSeconds ? "s" : "tokens/s";
        (string reaches, string share) = Roofline(models[model], work, side);
        writer.WriteLine(Text(
            $"| {model} | {work.Name} | {Name(placement)} | {side[0].Side} | {side.Length} | {Number(Statistics.Median(values))} {unit} | {Number(values.Min())} - {Number(values.Max())} | {reaches} | {share} |"));
    }

    private (string Reaches, string Share) Roofline(ModelWork model, Workload work, Sample[] side)
    {
        switch (work.Kind)
        {
            case WorkKind.Decode:
                double rate = Statistics.Median(side.Select(s => model.DecodeBytes(work.Case) / s.Reading.Seconds));
                double share = Statistics.Median(side.Select(s => model.DecodeBytes(work.Case) / s.Reading.Seconds / s.Bandwidth));
                return (Text($"{rate / 1e9:F1} GB/s"), Text($"{share:P0} of {Statistics.Median(side.Select(s => s.Bandwidth)) / 1e9:F1} GB/s"));
            case WorkKind.Prompt:
                double products = model.ProductsPerToken * Statistics.Median(side.Select(s => s.Rate));
                string bfloat = model.IsBFloat16 && peaks.BFloat16 > 0 ? Text($", {products / peaks.BFloat16:P0} of bf16 {peaks.BFloat16 / 1e9:F0}") : "";
                return (Text($"{products / 1e9:F0} GMAC/s"), model.IsQuantized
                    ? Text($"{products / peaks.Int8:P0} of int8 {peaks.Int8 / 1e9:F0}")
                    : Text($"{products / peaks.Float32:P0} of f32 {peaks.Float32 / 1e9:F0}{bfloat}"));
            case WorkKind.FirstToken:
                double peak = Statistics.Median(side.Select(s => (double)s.Reading.PeakBytes)) / (1 << 20);
                double start = Statistics.Median(side.Select(s => (double)s.Reading.BaseBytes)) / (1 << 20);
                return (Text($"process {Statistics.Median(side.Select(s => s.Reading.ProcessSeconds)):F2} s"), Text($"peak {peak:F0} MiB ({start:F0} before opening)"));
            default:
                return ("", "");
        }
    }

    private static void WriteRatios(TextWriter writer, string model, Workload work, PlacementClass placement, Sample[] group)
    {
        Sample[] ours = [.. group.Where(s => s.Side == Ours)];
        List<(string Name, double[] Ratios)> peers = [];
        foreach (IGrouping<string, Sample> peer in group.Where(s => s.Side != Ours).GroupBy(s => s.Side, StringComparer.Ordinal))
        {
            double[] ratios = [.. ours.Join(peer, s => s.Round, s => s.Round, (a, b) => b.Reading.Seconds / a.Reading.Seconds)];
            if (ratios.Length > 0)
            {
                peers.Add((peer.Key, ratios));
            }
        }

        // The best peer is the one that leaves us the smallest ratio.
        string best = peers.Count > 1 ? peers.MinBy(p => Statistics.Median(p.Ratios)).Name : "";
        foreach ((string name, double[] ratios) in peers.OrderBy(p => p.Name == Llama ? 0 : 1))
        {
            writer.WriteLine(Text(
                $"| {model} | {work.Name} | {Name(placement)} | {name}{(name == best ? " (best)" : "")} | {ratios.Length} | **{Statistics.Median(ratios):F2}** | {ratios.Min():F2} - {ratios.Max():F2} |"));
        }
    }

    private static string Name(PlacementClass placement) => placement switch
    {
        PlacementClass.SameCore => "one core",
        PlacementClass.SameComplex => "one complex",
        PlacementClass.TwoComplexes => "two complexes",
        _ => "disturbed",
    };

    private static string Number(double value) => value.ToString(value < 10 ? "F2" : "F1", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
