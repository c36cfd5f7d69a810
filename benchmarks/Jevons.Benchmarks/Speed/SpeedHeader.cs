using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Jevons.Benchmarks;

/// <summary>What stands above a table: the machine, its ceilings, the files, the command.</summary>
internal static class SpeedHeader
{
    /// <summary>Writes it as Markdown.</summary>
    /// <param name="writer">Receives it.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="peaks">The arithmetic units.</param>
    /// <param name="first">The first probe.</param>
    /// <param name="hugeBandwidth">Bytes read a second from huge pages.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="models">The files.</param>
    /// <param name="works">The works.</param>
    public static void Write(
        TextWriter writer,
        ParseResult parsed,
        ComputePeaks peaks,
        Placement first,
        double hugeBandwidth,
        int threads,
        IEnumerable<ModelWork> models,
        IEnumerable<Workload> works)
    {
        writer.WriteLine(Text($"- {Processor()}, {threads} threads, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}"));
        writer.WriteLine(Text(
            $"- peaks: int8 {peaks.Int8 / 1e9:F0}, f32 {peaks.Float32 / 1e9:F0}, bf16 {peaks.BFloat16 / 1e9:F0} GMAC/s; reads {first.Bandwidth / 1e9:F1} GB/s (huge pages {hugeBandwidth / 1e9:F1}) at the start, {first.RoundTrip:F0} ns a round trip"));
        if (LlamaLibrary.Version.Length > 0)
        {
            writer.WriteLine($"- llama.cpp: {LlamaLibrary.Version}, in this process, its defaults, f16 cache");
        }

        writer.WriteLine($"- command: `speed {string.Join(' ', parsed.Tokens.Skip(1).Select(t => Shorten(t.Value)))}`");
        foreach (Workload work in works)
        {
            writer.WriteLine($"- {work.Name}: {work.Description}");
        }

        foreach (ModelWork model in models)
        {
            string hash = model.Hash is null ? "" : $", sha256 {model.Hash}";
            writer.WriteLine(Text(
                $"- {Path.GetFileName(model.Path)}: {model.Architecture}, {model.Bytes:N0} bytes, {model.ProductsPerToken / 1e9:F2} G multiply-adds a prompt token{hash}"));
        }

        writer.WriteLine();
    }

    // Folders are the reader's own business.
    private static string Shorten(string argument) =>
        argument.Contains('/', StringComparison.Ordinal) ? string.Join(',', argument.Split(',').Select(p => Path.GetFileName(p.TrimEnd('/')))) : argument;

    private static string Processor()
    {
        const string Source = "/proc/cpuinfo";
        string[] lines = File.Exists(Source) ? File.ReadAllLines(Source) : [];
        string Field(string name) => Array.Find(lines, l => l.StartsWith(name, StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : "?";
        return $"{Field("model name")} (family {Field("cpu family")}, model {Field("model\t")}), {Environment.ProcessorCount} processors";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
