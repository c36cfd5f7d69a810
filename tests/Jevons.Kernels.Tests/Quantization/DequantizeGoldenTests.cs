using System.Runtime.InteropServices;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Kernels.Tests.Quantization;

/// <summary>Stored blocks and the floats that the reference implementation reads from them.</summary>
public sealed class DequantizeGoldenTests
{
    public static TheoryData<string> Vectors() => BlockVectors.All();

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Row_GoldenBlocks_GiveTheReferencesBits(string vector)
    {
        TensorType type = BlockVectors.TypeOf(vector);
        byte[] blocks = File.ReadAllBytes(SharedData.Path(vector));
        byte[] want = File.ReadAllBytes(SharedData.Path(vector.Replace(".q.bin", ".dequant.f32", StringComparison.Ordinal)));
        float[] got = new float[want.Length / sizeof(float)];

        Dequantize.RowScalar(type, blocks, got);
        BitsAssert.Equal(MemoryMarshal.Cast<byte, float>(want), got);

        Array.Clear(got);
        Dequantize.Row(type, blocks, got);
        BitsAssert.Equal(MemoryMarshal.Cast<byte, float>(want), got);
    }
}
