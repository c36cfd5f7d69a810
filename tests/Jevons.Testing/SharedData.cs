using Xunit;

namespace Jevons.Testing;

/// <summary>
/// Finds the reference data that no one here wrote (models, tokenizers, golden numbers). The folder is named by the
/// environment variable <c>JEVONS_SHARED</c>, else it is <c>../shared</c> from the repository's root. A test whose data is
/// absent is skipped with that reason, never passed.
/// </summary>
public static class SharedData
{
    private static readonly string? s_root = FindRoot();

    /// <summary>True when the reference data can be read.</summary>
    public static bool IsPresent => s_root is not null;

    /// <summary>The full path of a file or folder below <c>data/</c>; skips the calling test when it is absent.</summary>
    /// <param name="parts">Path parts below <c>data/</c>.</param>
    /// <returns>An existing path.</returns>
    public static string Path(params string[] parts)
    {
        string? path = TryPath(parts);
        Assert.SkipWhen(path is null, $"reference data is absent: data/{string.Join('/', parts)} (set JEVONS_SHARED)");
        return path!;
    }

    /// <summary>The full path of a file or folder below <c>data/</c>, or null when it is absent. For use in member data.</summary>
    /// <param name="parts">Path parts below <c>data/</c>.</param>
    /// <returns>An existing path or null.</returns>
    public static string? TryPath(params string[] parts)
    {
        if (s_root is null)
        {
            return null;
        }

        string path = System.IO.Path.Combine([s_root, "data", .. parts]);
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    /// <summary>
    /// All files below a folder of <c>data/</c> that match a pattern, relative to <c>data/</c> and sorted, for member data;
    /// when the data is absent one empty string, with which <see cref="Path"/> skips the test instead of losing it.
    /// </summary>
    /// <param name="pattern">A file pattern such as <c>*.gguf</c>.</param>
    /// <param name="folder">Folder parts below <c>data/</c>.</param>
    /// <returns>Relative paths with forward slashes.</returns>
    public static IReadOnlyList<string> Walk(string pattern, params string[] folder)
    {
        string? path = TryPath(folder);
        if (path is null)
        {
            return [$"{string.Join('/', folder)}/{pattern}"];
        }

        string data = System.IO.Path.Combine(s_root!, "data");
        return [.. Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(data, f).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The root of the repository: the nearest folder upwards that holds <c>Jevons.slnx</c>.</summary>
    /// <returns>A full path.</returns>
    public static string RepositoryRoot()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(d.FullName, "Jevons.slnx")))
            {
                return d.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no Jevons.slnx above {AppContext.BaseDirectory}");
    }

    private static string? FindRoot()
    {
        string? named = Environment.GetEnvironmentVariable("JEVONS_SHARED");
        string root = string.IsNullOrEmpty(named)
            ? System.IO.Path.Combine(RepositoryRoot(), "..", "shared")
            : named;
        return Directory.Exists(System.IO.Path.Combine(root, "data")) ? System.IO.Path.GetFullPath(root) : null;
    }
}
