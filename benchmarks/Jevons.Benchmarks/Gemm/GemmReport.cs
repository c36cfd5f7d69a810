using System.Globalization;

namespace Jevons.Benchmarks;

/// <summary>The table of the products: medians, shares of the peak beside each sample, ratios of neighbours in time.</summary>
internal static class GemmReport
{
    /// <summary>Writes it as Markdown.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="samples">All samples.</param>
    public static void Write(TextWriter writer, IReadOnlyList<GemmSample> samples)
    {
        writer.WriteLine("| product | samples | jevons, GMAC/s | of the FMA peak | OpenBLAS | of the peak | ratio | lowest - highest |");
        writer.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (IGrouping<GemmWork, GemmSample> group in samples.Where(s => s.Counts).GroupBy(s => s.Work))
        {
            GemmSample[] ours = [.. group.Where(s => s.Side == GemmVerb.Ours)];
            GemmSample[] theirs = [.. group.Where(s => s.Side != GemmVerb.Ours)];
            double[] ratios = [.. ours.Join(theirs, s => s.Round, s => s.Round, (a, b) => a.Rate / b.Rate)];
            string ratio = ratios.Length == 0 ? "- | -" : Text($"**{Statistics.Median(ratios):F2}** | {ratios.Min():F2} - {ratios.Max():F2}");
            writer.WriteLine($"| {group.Key} | {ours.Length} | {Side(ours)} | {Side(theirs)} | {ratio} |");
        }

        int dropped = samples.Count(s => !s.Counts);
        writer.WriteLine();
        writer.WriteLine(Text($"{samples.Count} samples, of which {dropped} dropped because others had more than {Sample.MostOthers:P0} of the machine."));
    }

    private static string Side(GemmSample[] samples) => samples.Length == 0
        ? "- | -"
        : Text($"{Statistics.Median(samples.Select(s => s.Rate)) / 1e9:F0} | {Statistics.Median(samples.Select(s => s.Rate / s.Peak)):P0}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
