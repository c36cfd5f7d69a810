using System.Globalization;

namespace Jevons.Formats;

/// <summary>Names and consistency of the shards of a split GGUF file (llama.cpp's gguf-split).</summary>
internal static class GgufShards
{
    /// <summary>Index of a shard, from 0.</summary>
    public const string IndexKey = "split.no";

    /// <summary>Number of shards.</summary>
    public const string CountKey = "split.count";

    /// <summary>Number of tensors in all shards.</summary>
    public const string TensorsKey = "split.tensors.count";

    // "-00001-of-00003.gguf"
    private const int SuffixLength = 20;

    /// <summary>The name of one shard.</summary>
    /// <param name="prefix">Path without the suffix.</param>
    /// <param name="index">From 0.</param>
    /// <param name="count">Shards in all.</param>
    /// <returns>A path.</returns>
    public static string PathOf(string prefix, int index, int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{index + 1:D5}-of-{count:D5}.gguf");

    /// <summary>True for the name of a shard other than the first.</summary>
    public static bool IsLaterShard(string path) => path.Length > SuffixLength
        && int.TryParse(path.AsSpan(path.Length - SuffixLength + 1, 5), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number > 1
        && int.TryParse(path.AsSpan(path.Length - SuffixLength + 10, 5), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && string.Equals(path, PathOf(path[..^SuffixLength], number - 1, count), StringComparison.Ordinal);

    /// <summary>How many shards the metadata announces; 1 for a file that is not split.</summary>
    public static int CountIn(GgufMetadata metadata)
    {
        int count = metadata.GetInt32OrNull(CountKey) ?? 1;
        return count is >= 0 and <= ushort.MaxValue ? count : throw metadata.Wrong(CountKey, metadata[CountKey], "0 to 65535");
    }

    /// <summary>The paths of all shards, from the path and the metadata of one.</summary>
    /// <exception cref="InvalidDataException">The file's name does not agree with its metadata.</exception>
    public static string[] PathsOf(string path, GgufMetadata metadata, int count)
    {
        int index = metadata.GetInt32OrNull(IndexKey) ?? 0;
        string prefix = path.Length > SuffixLength ? path[..^SuffixLength] : "";
        if (index < 0 || index >= count || !string.Equals(path, PathOf(prefix, index, count), StringComparison.Ordinal))
        {
            throw BadFile.Because(
                path,
                $"the file says that it is shard {index + 1L} of {count} ({IndexKey}, {CountKey}), and its name does not end in "
                + $"{Path.GetFileName(PathOf("", Math.Clamp(index, 0, count - 1), count))}; give the shards their original names");
        }

        string[] paths = new string[count];
        for (int i = 0; i < count; i++)
        {
            paths[i] = PathOf(prefix, i, count);
        }

        return paths;
    }

    /// <summary>Opens another shard of the same model.</summary>
    /// <exception cref="InvalidDataException">It is missing or cannot be opened.</exception>
    public static MappedFile OpenSibling(string path, int index, int count)
    {
        try
        {
            return new MappedFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException(
                $"{path}: shard {index + 1} of {count} cannot be opened ({e.Message}); download all shards into one folder", e);
        }
    }

    /// <summary>Checks that a shard is the one its name says.</summary>
    /// <exception cref="InvalidDataException">It is another one: a copy, a cycle of links, or of another model.</exception>
    public static void ThrowIfNotShard(GgufMetadata metadata, int index, int count)
    {
        int foundIndex = metadata.GetInt32OrNull(IndexKey) ?? 0;
        int foundCount = metadata.GetInt32OrNull(CountKey) ?? 1;
        if (foundIndex != index || foundCount != count)
        {
            throw BadFile.Because(
                metadata.File,
                $"found shard {foundIndex + 1L} of {foundCount} in the metadata, expected shard {index + 1} of {count}; "
                + "the file is a copy of another shard or of another model, download it again");
        }
    }

    /// <summary>Checks the number of tensors of all shards.</summary>
    /// <exception cref="InvalidDataException">It is not what the first shard announces.</exception>
    public static void ThrowIfIncomplete(GgufMetadata metadata, int tensors)
    {
        if (metadata.GetInt64OrNull(TensorsKey) is { } expected && expected != tensors)
        {
            throw BadFile.Because(
                metadata.File,
                $"key '{TensorsKey}' says {expected}, the shards hold {tensors} tensors; they are not of one model, download all again");
        }
    }
}
