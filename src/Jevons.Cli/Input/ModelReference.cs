using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>The one place that turns what a person wrote for MODEL into a path: a file, a folder, or a name in the model store.</summary>
internal static class ModelReference
{
    private static readonly string[] s_endings = [".gguf", ".safetensors", ".json", ".model"];

    /// <summary>Finds a model.</summary>
    /// <param name="context">The environment, which says where the store is.</param>
    /// <param name="text">What was written.</param>
    /// <returns>The path of an existing file or folder.</returns>
    /// <exception cref="FileNotFoundException">It is written like a path and nothing is there.</exception>
    /// <exception cref="HubException">The store has no such model, or more than one.</exception>
    public static string Resolve(CliContext context, string text)
    {
        string path = text.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(context.Environment.Home, text[2..]) : text;
        if (File.Exists(path) || Directory.Exists(path))
        {
            return path;
        }

        return LooksLikePath(path)
            ? throw new FileNotFoundException($"{text}: there is no such file or folder{HintOf(path)}", path)
            : HubAccess.Store(context).Resolve(text).Path;
    }

    private static bool LooksLikePath(string text) =>
        Path.IsPathRooted(text)
        || text.StartsWith("./", StringComparison.Ordinal)
        || text.StartsWith("../", StringComparison.Ordinal)
        || text.Contains('\\', StringComparison.Ordinal)
        || Array.Exists(s_endings, e => text.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static string HintOf(string path)
    {
        const int mostEntries = 10_000;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? path;
        return Directory.Exists(folder)
            ? Spelling.Hint(Path.GetFileName(path), Directory.EnumerateFileSystemEntries(folder).Take(mostEntries).Select(e => Path.GetFileName(e)), "")
            : $"; the folder {folder} does not exist either";
    }
}
