namespace Jevons.Hub;

public sealed partial class ModelStore
{
    private static readonly EnumerationOptions s_plain = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };

    /// <summary>Takes the lock under which a model's repository may be changed.</summary>
    internal StoreLock Lock(ModelName name) => StoreLock.Take(_root, FolderName(name), name.Repository);

    /// <summary>The folder of a model's repository and revision.</summary>
    internal string FolderOf(ModelName name) => Path.Combine(_root, FolderName(name).Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Where a file of a model lies.</summary>
    internal string PathOf(ModelName name, string file) => RemotePath.Below(FolderOf(name), file);

    /// <summary>Where the part of a file lies.</summary>
    internal string PartOf(ModelName name, string file) => PathOf(name, file) + ".part";

    /// <summary>The record of a model, or null when there is none that can be read.</summary>
    internal ModelRecord? RecordOf(ModelName name) =>
        RecordsOf(FolderOf(name), ".json", null).FirstOrDefault(r => r.Variant == name.Variant);

    /// <summary>Every file that a record of the model's repository and revision lists.</summary>
    internal IEnumerable<StoredFile> RecordedFiles(ModelName name) => RecordsOf(FolderOf(name), ".json", null).SelectMany(r => r.Files);

    /// <summary>Notes that a pull has begun.</summary>
    internal void Begin(ModelRecord record) => (record with { IsPartial = true }).Write(FolderOf(NameOf(record)));

    /// <summary>
    /// Moves the verified parts into place and writes the record; then removes files that only the former record needed.
    /// </summary>
    /// <param name="record">The model.</param>
    /// <param name="received">The paths whose parts are complete and verified; a part of any other file is an old remainder.</param>
    internal StoredModel Commit(ModelRecord record, HashSet<string> received)
    {
        ModelName name = NameOf(record);
        string folder = FolderOf(name);
        ModelRecord? former = RecordOf(name);
        foreach (StoredFile file in record.Files)
        {
            string part = PartOf(name, file.Path);
            if (received.Contains(file.Path))
            {
                File.Move(part, PathOf(name, file.Path), overwrite: true);
            }

            DeleteIfThere(part);
            DeleteIfThere(PartFile.StatePath(part));
        }

        record.Write(folder);
        File.Delete((record with { IsPartial = true }).PathIn(folder));
        if (former is not null)
        {
            DeleteUnneeded(folder, former.Files);
        }

        return ToModel(folder, record);
    }

    private long Remove(ModelName name)
    {
        using StoreLock held = Lock(name);
        string folder = FolderOf(name);
        List<StoredFile> files = [];
        foreach (ModelRecord record in AllRecordsOf(folder).Where(r => r.Variant == name.Variant))
        {
            files.AddRange(record.Files);
            File.Delete(record.PathIn(folder));
        }

        long freed = DeleteUnneeded(folder, files);
        DeleteEmpty(Path.Combine(folder, ModelRecord.FolderName));
        DeleteEmpty(folder);
        DeleteEmpty(Path.GetDirectoryName(folder)!);
        return freed;
    }

    // Deletes those of the files, and their parts, that no record of the folder lists any more.
    private static long DeleteUnneeded(string folder, IEnumerable<StoredFile> files)
    {
        HashSet<string> needed = [.. AllRecordsOf(folder).SelectMany(r => r.Files).Select(f => f.Path)];
        long freed = 0;
        foreach (string file in files.Select(f => f.Path).Where(p => !needed.Contains(p)).Distinct(StringComparer.Ordinal))
        {
            string path = RemotePath.Below(folder, file);
            freed += LengthOf(path) + LengthOf(path + ".part");
            DeleteIfThere(path);
            DeleteIfThere(path + ".part");
            DeleteIfThere(PartFile.StatePath(path + ".part"));
            for (string? up = Path.GetDirectoryName(path); up is not null && up.Length > folder.Length; up = Path.GetDirectoryName(up))
            {
                DeleteEmpty(up);
            }
        }

        return freed;
    }

    private List<(string Folder, ModelRecord Record)> Records(string ending, ICollection<string>? problems)
    {
        List<(string Folder, ModelRecord Record)> all = [];
        if (Directory.Exists(_root))
        {
            foreach (string org in Directory.EnumerateDirectories(_root, "*", s_plain))
            {
                foreach (string folder in Directory.EnumerateDirectories(org, "*", s_plain))
                {
                    all.AddRange(RecordsOf(folder, ending, problems).Where(r => FolderOf(NameOf(r)) == folder).Select(r => (folder, r)));
                }
            }
        }

        all.Sort((a, b) => string.CompareOrdinal(a.Record.Name, b.Record.Name));
        return all;
    }

    private static List<ModelRecord> AllRecordsOf(string folder) => [.. RecordsOf(folder, ".json", null), .. RecordsOf(folder, ".partial", null)];

    private static List<ModelRecord> RecordsOf(string folder, string ending, ICollection<string>? problems)
    {
        List<ModelRecord> records = [];
        string place = Path.Combine(folder, ModelRecord.FolderName);
        if (!Directory.Exists(place))
        {
            return records;
        }

        foreach (string path in Directory.EnumerateFiles(place, "*" + ending, s_plain))
        {
            try
            {
                records.Add(ModelRecord.Read(path));
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                problems?.Add(e.Message);
            }
        }

        return records;
    }

    private static StoredModel ToModel(string folder, ModelRecord record)
    {
        ModelName name = NameOf(record) with { Family = R1Family.OfRepository(record.Repository) };
        return new StoredModel
        {
            Name = record.Name,
            Id = record.Id,
            Path = record.Entry.Length == 0 ? folder : RemotePath.Below(folder, record.Entry),
            Size = record.Files.Sum(f => f.Size),
            Modified = record.Pulled,
            Description = name.Description,
            Repository = record.Repository,
            Variant = record.Variant,
            Revision = record.Revision,
            Commit = record.Commit,
            Licence = record.Licence,
            Files = record.Files,
            IsComplete = record.Files.All(f => LengthOf(RemotePath.Below(folder, f.Path), -1) == f.Size),
        };
    }

    private static long BytesPresent(string folder, ModelRecord record)
    {
        long sum = 0;
        foreach (StoredFile file in record.Files)
        {
            string path = RemotePath.Below(folder, file.Path);
            sum += Math.Min(file.Size, Math.Max(LengthOf(path), LengthOf(path + ".part")));
        }

        return sum;
    }

    private static ModelName NameOf(ModelRecord record) =>
        new() { Repository = record.Repository, Variant = record.Variant, Revision = record.Revision };

    // A revision may hold slashes (refs/pr/1), which no single folder name can.
    private static string FolderName(ModelName name) =>
        name.Repository + (name.Revision is null ? "" : "@" + name.Revision.Replace('/', '+'));

    private static long LengthOf(string path, long missing = 0) => File.Exists(path) ? new FileInfo(path).Length : missing;

    private static void DeleteIfThere(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private static void DeleteEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }
}
