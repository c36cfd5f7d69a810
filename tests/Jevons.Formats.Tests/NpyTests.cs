using System.Text;

namespace Jevons.Formats.Tests;

public sealed class NpyTests
{
    [Theory]
    [InlineData(new long[] { }, 1)]
    [InlineData(new long[] { 5 }, 5)]
    [InlineData(new long[] { 3, 4 }, 12)]
    [InlineData(new long[] { 2, 0, 7 }, 0)]
    [InlineData(new long[] { 2, 3, 4, 5 }, 120)]
    public void Write_AnyShape_ReadsBackEqual(long[] shape, int count)
    {
        float[] values = [.. Enumerable.Range(0, count).Select(i => (i * 0.37f) - 5)];
        using TemporaryFolder folder = new();
        string path = folder.File("a.npy");
        NpyFile.Write(path, shape, rows =>
        {
            rows.Write(values.AsSpan(0, count / 2));
            rows.Write(values.AsSpan(count / 2));
        });
        NpyArray array = NpyFile.Read(path);
        Assert.Equal(shape, array.Shape);
        Assert.Equal(values, array.Values);
    }

    [Fact]
    public void Write_Matrix_HasNumPysBytes()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.npy");
        NpyFile.Write(path, [2, 3], rows => rows.Write([1, 2, 3, 4, 5, 6]));
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal(128 + 24, bytes.Length);
        Assert.Equal([0x93, .. "NUMPY"u8, 1, 0, 118, 0], bytes[..10]);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }".PadRight(117) + "\n", Encoding.ASCII.GetString(bytes, 10, 118));
        Assert.Equal(6f, BitConverter.ToSingle(bytes, bytes.Length - 4));
    }

    [Fact]
    public void Write_WrongNumberOfElements_LeavesNoFile()
    {
        using TemporaryFolder folder = new();
        Assert.Throws<InvalidOperationException>(() => NpyFile.Write(folder.File("a.npy"), [2], rows => rows.Write([1])));
        Assert.Throws<InvalidOperationException>(() => NpyFile.Write(folder.File("a.npy"), [2], rows => rows.Write([1, 2, 3])));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 8)]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", 8)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 8)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 8)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", 8)]
    [InlineData("{'descr': '<f4', 'fortran_order': False, }", 8)]
    public void Read_HostileHeader_IsRefusedNamingTheFile(string header, int dataBytes)
    {
        byte[] bytes = [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. new byte[dataBytes]];
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => NpyFile.Read(new MemoryStream(bytes), bytes.Length, "x.npy"));
        Assert.Contains("x.npy", error.Message, StringComparison.Ordinal);
    }
}
