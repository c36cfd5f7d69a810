using System.Buffers.Binary;

namespace Jevons.Formats;

/// <summary>Opens whatever a person names as a model on disk.</summary>
public static class ModelPath
{
    private const string IndexSuffix = ".safetensors.index.json";

    /// <summary>
    /// Opens a GGUF file of any name (also a blob <c>sha256-...</c>), a safetensors file or index, a Hugging Face folder, or a folder with
    /// one GGUF model. Files are told apart by their first bytes, not by their names.
    /// </summary>
    /// <param name="path">A file or folder.</param>
    /// <returns>What it is, opened; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is nothing at that path.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or no model; the message says what it is and what to do.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static OpenedModel Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
        {
            return OpenFolder(path);
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path}: there is no such file or folder", path);
        }

        if (path.EndsWith(IndexSuffix, StringComparison.OrdinalIgnoreCase))
        {
            return OpenBeside(path, SafetensorsShards.Open);
        }

        Span<byte> start = stackalloc byte[16];
        int length = ReadStart(path, start);
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(start);
        if (length >= sizeof(uint) && magic == FileKind.Gguf)
        {
            return new OpenedModel(path, GgufFile.Open(path));
        }

        // A safetensors header begins behind its 64-bit length, with a brace.
        if (length > sizeof(ulong) && start[sizeof(ulong)] == (byte)'{')
        {
            return OpenBeside(path, SafetensorsFile.Open);
        }

        string found = length == 0 ? "the file is empty" : FileKind.Describe(magic);
        throw BadFile.Because(path, $"{found}; expected a GGUF or safetensors file, or a folder with config.json");
    }

    private static OpenedModel OpenFolder(string path)
    {
        if (File.Exists(Path.Combine(path, "config.json")))
        {
            return new OpenedModel(path, HuggingFaceFolder.Open(path));
        }

        string[] models =
        [
            .. Directory.EnumerateFiles(path, "*.gguf").Where(f => !GgufShards.IsLaterShard(f)).Order(StringComparer.Ordinal),
        ];
        return models.Length switch
        {
            0 => throw BadFile.Because(path, "the folder holds no config.json and no .gguf file, so it is no model"),
            1 => new OpenedModel(path, GgufFile.Open(models[0])),
            _ => throw BadFile.Because(
                path,
                $"the folder holds {models.Length} GGUF models; name one of them: "
                + string.Join(", ", models.Take(8).Select(Path.GetFileName))),
        };
    }

    // A safetensors file in a folder with a configuration is that folder's model when it is the file that the folder opens.
    private static OpenedModel OpenBeside(string path, Func<string, Checkpoint> open)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (HuggingFaceFolder.IsWeightsOf(folder, Path.GetFileName(path)))
        {
            return new OpenedModel(path, HuggingFaceFolder.Open(folder));
        }

        return new OpenedModel(path, open(path));
    }

    private static int ReadStart(string path, Span<byte> start)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
    }
}
