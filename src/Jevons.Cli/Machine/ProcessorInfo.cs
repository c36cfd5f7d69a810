using Jevons.Kernels;

namespace Jevons.Cli;

/// <summary>The processor as the system describes it and as this process may use it.</summary>
/// <param name="Name">Its name, or that of its architecture where the system does not say.</param>
/// <param name="Threads">Hardware threads that this process may use.</param>
/// <param name="Usable">Instruction sets that kernels may use.</param>
/// <param name="Absent">Those that the processor does not have.</param>
/// <param name="SwitchedOff">Those that the processor has and the runtime does not use.</param>
internal sealed record ProcessorInfo(
    string Name, int Threads, IReadOnlyList<string> Usable, IReadOnlyList<string> Absent, IReadOnlyList<string> SwitchedOff)
{
    private const string CpuInfo = "/proc/cpuinfo";

    /// <summary>Asks the system.</summary>
    public static ProcessorInfo Read()
    {
        string[] lines = [];
        try
        {
            lines = File.Exists(CpuInfo) ? File.ReadAllLines(CpuInfo) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The name stays unknown; what can be used does not.
        }

        return Read(lines, InstructionSets.All());
    }

    /// <summary>Compares what the system says with what the runtime uses.</summary>
    /// <param name="lines">Lines of /proc/cpuinfo; may be empty.</param>
    /// <param name="sets">Instruction sets and whether this process may use them.</param>
    public static ProcessorInfo Read(IReadOnlyList<string> lines, IReadOnlyList<(string Name, bool IsUsable)> sets)
    {
        string name = ValueOf(lines, "model name") ?? ValueOf(lines, "Model") ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
        string? flags = ValueOf(lines, "flags") ?? ValueOf(lines, "Features");
        HashSet<string>? there = flags is null ? null : [.. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return new ProcessorInfo(
            name,
            Environment.ProcessorCount,
            [.. sets.Where(s => s.IsUsable).Select(s => s.Name)],
            [.. sets.Where(s => !s.IsUsable && there?.Contains(s.Name) != true).Select(s => s.Name)],
            [.. sets.Where(s => !s.IsUsable && there?.Contains(s.Name) == true).Select(s => s.Name)]);
    }

    private static string? ValueOf(IReadOnlyList<string> lines, string key) => lines
        .Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries))
        .Where(p => p.Length == 2 && p[0] == key && p[1].Length > 0)
        .Select(p => p[1])
        .FirstOrDefault();
}
