using System.Text.Json;

namespace Jevons.Cli;

/// <summary>
/// What was typed before, oldest first, kept in a file of one JSON string a line so that an entry may hold line breaks. A file that
/// cannot be read or written is no reason to stop: the history then lives as long as the process.
/// </summary>
internal sealed class LineHistory
{
    private const int MostEntries = 1000;
    private const int LongestEntry = 1 << 16;
    private const long LongestFile = 1 << 24;

    private readonly string? _file;
    private readonly List<string> _entries = [];

    /// <summary>Opens a history.</summary>
    /// <param name="file">Its file, which need not exist; null keeps nothing.</param>
    public LineHistory(string? file)
    {
        _file = file;
        try
        {
            if (file is not null && File.Exists(file) && new FileInfo(file).Length <= LongestFile)
            {
                _entries.AddRange(File.ReadLines(file).Select(Parse).OfType<string>().TakeLast(MostEntries));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _file = null;
        }
    }

    /// <summary>The entries, oldest first.</summary>
    public IReadOnlyList<string> Entries => _entries;

    /// <summary>Adds an entry, unless it is blank, the same as the last one, or longer than any person types.</summary>
    /// <param name="entry">The text.</param>
    public void Add(string entry)
    {
        if (string.IsNullOrWhiteSpace(entry) || entry.Length > LongestEntry || (_entries.Count > 0 && _entries[^1] == entry))
        {
            return;
        }

        _entries.Add(entry);
        bool isFull = _entries.Count > MostEntries + (MostEntries / 4);
        if (isFull)
        {
            _entries.RemoveRange(0, _entries.Count - MostEntries);
        }

        Save(isFull ? _entries : [entry], replace: isFull);
    }

    private void Save(IEnumerable<string> entries, bool replace)
    {
        if (_file is null)
        {
            return;
        }

        IEnumerable<string> lines = entries.Select(e => $"\"{JsonEncodedText.Encode(e)}\"");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
            if (replace)
            {
                File.WriteAllLines(_file, lines);
            }
            else
            {
                File.AppendAllLines(_file, lines);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was typed is still in memory.
        }
    }

    private static string? Parse(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
