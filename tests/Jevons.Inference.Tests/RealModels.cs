using Jevons.Testing;

namespace Jevons.Inference.Tests;

/// <summary>The small models of the reference data: every GGUF file and every folder with a configuration and weights.</summary>
internal static class RealModels
{
    // Larger ones are for the command line's checks.
    private const long MostBytes = 24L << 20;

    public static TheoryData<string> All()
    {
        TheoryData<string> data = [];
        foreach (string file in SharedData.Walk("*.gguf", "weights"))
        {
            if (SharedData.TryPath(file) is not { } path || new FileInfo(path).Length <= MostBytes)
            {
                data.Add(file);
            }
        }

        foreach (string file in SharedData.Walk("config.json", "weights"))
        {
            if (SharedData.TryPath(file) is { } path && Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.safetensors").Any())
            {
                data.Add(Path.GetDirectoryName(file)!.Replace('\\', '/'));
            }
        }

        return data;
    }

    /// <summary>One model of each folder: what differs between its files is the type of the weights.</summary>
    public static TheoryData<string> OnePerFolder()
    {
        TheoryData<string> data = [];
        HashSet<string> folders = new(StringComparer.Ordinal);
        foreach (ITheoryDataRow row in All().Reverse())
        {
            string name = (string)row.GetData()[0]!;
            if (folders.Add(name.EndsWith(".gguf", StringComparison.Ordinal) ? Path.GetDirectoryName(name)!.Replace('\\', '/') : name))
            {
                data.Add(name);
            }
        }

        return data;
    }

    /// <summary>A prompt that any vocabulary has.</summary>
    public static int[] Prompt(Model model, int length, int salt = 0) =>
        [.. Enumerable.Range(0, length).Select(i => 3 + (((i * 7919) + (salt * 104729) + (i * i)) % (model.Config.VocabSize - 3)))];
}
