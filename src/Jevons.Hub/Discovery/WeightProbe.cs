using System.Buffers.Binary;

namespace Jevons.Hub;

/// <summary>Looks at the first bytes of a file to see whether it can be a model at all; never reads further.</summary>
internal static class WeightProbe
{
    /// <summary>The length of a GGUF file of version 2 or 3, or null with the reason in <paramref name="problem"/>.</summary>
    public static long? Gguf(string path, out string problem)
    {
        Span<byte> head = stackalloc byte[8];
        long? length = Read(path, head, out problem);
        if (length is null)
        {
            return null;
        }

        if (!head[..4].SequenceEqual("GGUF"u8))
        {
            problem = $"{path}: not a GGUF file, it does not begin with 'GGUF'";
            return null;
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        if (version is not (2 or 3))
        {
            problem = $"{path}: GGUF version {version}, only 2 and 3 (little-endian) can be read";
            return null;
        }

        return length;
    }

    /// <summary>The length of a safetensors file, or null with the reason in <paramref name="problem"/>.</summary>
    public static long? Safetensors(string path, out string problem)
    {
        Span<byte> head = stackalloc byte[9];
        long? length = Read(path, head, out problem);
        if (length is null)
        {
            return null;
        }

        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(head);
        if (header < 2 || header > (ulong)(length.Value - 8) || head[8] != (byte)'{')
        {
            problem = $"{path}: not a safetensors file, its header would be {header} bytes of {length}";
            return null;
        }

        return length;
    }

    private static long? Read(string path, Span<byte> head, out string problem)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length)
            {
                problem = "";
                return stream.Length;
            }

            problem = $"{path}: only {stream.Length} bytes, too short for a model";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: cannot be opened ({e.Message})";
        }

        return null;
    }
}
