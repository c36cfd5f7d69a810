using System.Runtime.InteropServices;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Quantization;

/// <summary>Rows and the bytes that the reference implementation makes of them.</summary>
public sealed class QuantizeGoldenTests
{
    public static TheoryData<string> Vectors() => BlockVectors.Writable();

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Rows_GoldenSource_GivesTheReferencesBytes(string vector)
    {
        TensorType type = BlockVectors.TypeOf(vector);
        byte[] want = File.ReadAllBytes(SharedData.Path(vector));
        byte[] bytes = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(SharedData.Path(vector))!, "source.f32"));
        ReadOnlySpan<float> source = MemoryMarshal.Cast<byte, float>(bytes);
        byte[] got = new byte[TensorTypes.ByteCount(type, source.Length)];

        Quantize.Rows(type, source, 256, got);

        BitsAssert.Equal(want, got, vector);
    }
}
