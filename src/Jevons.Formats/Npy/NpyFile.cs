using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Jevons.Formats;

/// <summary>
/// NumPy's .npy files of little-endian binary32 in C order. Source: NumPy, "A simple file format for NumPy arrays"
/// (numpy.lib.format), versions 1.0 to 3.0.
/// </summary>
public static partial class NpyFile
{
    private const int HeaderAlignment = 64;
    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes an array whose elements a callback streams; the file appears under its name only when it is complete.</summary>
    /// <param name="path">Path of the file; its folder exists.</param>
    /// <param name="shape">Dimensions, outermost first.</param>
    /// <param name="write">Hands all elements, in C order, to <see cref="NpyRows.Write"/>.</param>
    /// <exception cref="InvalidOperationException">The callback wrote another number of elements than the shape holds.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<long> shape, Action<NpyRows> write)
    {
        long elements = 1;
        foreach (long dim in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dim, nameof(shape));
            elements = checked(elements * dim);
        }

        using PartialFile file = new(path);
        file.Stream.Write(Header(shape));
        ExactStream exact = new(file.Stream, checked(elements * sizeof(float)), path);
        write(new NpyRows(exact));
        exact.ThrowIfShort();
        file.Commit();
    }

    /// <summary>Reads an array of fewer than 2^31 elements.</summary>
    /// <param name="path">An existing file.</param>
    /// <returns>The array.</returns>
    /// <exception cref="InvalidDataException">No .npy file, another element type or order, or a damaged file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NpyArray Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, stream.Length, path);
    }

    /// <summary>Reads an array from a stream of known length.</summary>
    internal static NpyArray Read(Stream stream, long length, string file)
    {
        HeaderReader reader = new(stream, length, file) { Field = "npy header" };
        Span<byte> magic = stackalloc byte[8];
        reader.Read(magic);
        if (!magic.StartsWith(Magic) || magic[6] is 0 or > 3)
        {
            throw reader.Bad(0, $"found {Convert.ToHexString(magic)}, expected \\x93NUMPY and version 1 to 3");
        }

        uint headerLength = magic[6] == 1 ? reader.ReadUInt16() : reader.ReadUInt32();
        if (headerLength > LongestHeader)
        {
            throw reader.Bad(8, $"found a header of {headerLength} bytes, expected at most {LongestHeader}");
        }

        string header = Encoding.Latin1.GetString(reader.ReadArray<byte>((int)headerLength));
        Match match = ShapePattern().Match(header);
        bool isFloat = header.Contains("'descr': '<f4'", StringComparison.Ordinal);
        if (!match.Success || !isFloat || !header.Contains("'fortran_order': False", StringComparison.Ordinal))
        {
            throw reader.Bad(10, $"found {BadFile.Quote(header)}, expected descr '<f4', fortran_order False and a shape");
        }

        long[] shape = ParseShape(match.Groups["shape"].Value, reader);
        long dataOffset = reader.Position;
        long elements = Product(shape, (length - dataOffset) / sizeof(float), reader);
        if (length - dataOffset != elements * sizeof(float) || elements > Array.MaxLength)
        {
            throw reader.Bad(
                dataOffset,
                $"{length - dataOffset} bytes follow, expected {elements * sizeof(float)} for shape [{string.Join(", ", shape)}]");
        }

        float[] values = new float[elements];
        stream.Position = dataOffset;
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return new NpyArray(shape, values);
    }

    private static byte[] Header(IReadOnlyList<long> shape)
    {
        string dims = string.Concat(shape.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d}, ")));
        string tuple = shape.Count == 1 ? dims.TrimEnd() : dims.TrimEnd(' ', ',');
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({tuple}), }}";
        int unpadded = Magic.Length + 2 + sizeof(ushort) + text.Length + 1;
        int total = (unpadded + HeaderAlignment - 1) / HeaderAlignment * HeaderAlignment;
        byte[] header = new byte[total];
        header.AsSpan().Fill((byte)' ');
        Magic.CopyTo(header);
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), checked((ushort)(total - 10)));
        Encoding.ASCII.GetBytes(text, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }

    private static long[] ParseShape(string text, HeaderReader reader)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        long[] shape = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]))
            {
                throw reader.Bad(10, $"found shape ({BadFile.Quote(text)}), expected integers from 0 to 2^63 - 1");
            }
        }

        return shape;
    }

    private static long Product(long[] shape, long most, HeaderReader reader)
    {
        if (shape.Contains(0))
        {
            return 0;
        }

        long elements = 1;
        foreach (long dim in shape)
        {
            if (elements > most / dim)
            {
                throw reader.Bad(10, $"shape [{string.Join(", ", shape)}] needs more elements than the {most} that follow");
            }

            elements *= dim;
        }

        return elements;
    }

    [GeneratedRegex(@"'shape': \((?<shape>[0-9, ]*)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ShapePattern();
}
