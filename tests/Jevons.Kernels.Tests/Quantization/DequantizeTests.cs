using Jevons.Kernels.Quantization;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Tests.Quantization;

public sealed class DequantizeTests
{
    public static TheoryData<TensorType> Types() => [.. TensorTypes.All.Where(Dequantize.IsSupported)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Row_RandomBytes_EqualsTheScalarSpecification(TensorType type)
    {
        // Uniform bytes give every half, infinities, NaNs and subnormal scales among them (1 in 32 halves is special).
        SeededRandom random = new(17 + (ulong)type);
        int length = Math.Max(TensorTypes.BlockLength(type), 32);
        byte[] source = new byte[TensorTypes.ByteCount(type, length) * 997];
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = (byte)(random.NextUInt64() >> 56);
        }

        float[] want = new float[length * 997];
        float[] got = new float[want.Length];
        Dequantize.RowScalar(type, source, want);
        Dequantize.Row(type, source, got);

        Assert.Contains(want, float.IsFinite);
        BitsAssert.Equal(want, got, type.ToString());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Row_EveryShortLength_WritesItsElementsAndNoMore(TensorType type)
    {
        SeededRandom random = new(3);
        int step = TensorTypes.BlockLength(type);
        for (int length = 0; length <= 70 * Math.Min(step, 4); length += step)
        {
            byte[] source = new byte[TensorTypes.ByteCount(type, length)];
            for (int i = 0; i < source.Length; i++)
            {
                source[i] = (byte)random.NextInt32(120);
            }

            float[] got = new float[length + 32];
            got.AsSpan().Fill(-7f);
            float[] want = new float[length];
            Dequantize.Row(type, source, got.AsSpan(16, length));
            Dequantize.RowScalar(type, source, want);
            BitsAssert.Equal(want, got.AsSpan(16, length));
            Assert.All(got[..16].Concat(got[^16..]), v => Assert.Equal(-7f, v));
        }
    }

    [Fact]
    public void Blocks_OfAStruct_EqualsTheRowOfItsType()
    {
        BlockQ4_0 block = new() { D = (Half)0.5f };
        for (int j = 0; j < 16; j++)
        {
            block.Qs[j] = (byte)(j | (15 - j) << 4);
        }

        float[] got = new float[32];
        Dequantize.Blocks<BlockQ4_0>([block], got);
        Assert.Equal(Enumerable.Range(0, 32).Select(i => 0.5f * ((i < 16 ? i : 31 - i) - 8)), got);
    }

    [Fact]
    public void Row_MXFP4_EveryExponentByteIsAPowerOfTwo()
    {
        float[] y = new float[32];
        byte[] block = new byte[17];
        block[1] = 0x12;
        for (int e = 0; e < 256; e++)
        {
            block[0] = (byte)e;
            Dequantize.Row(TensorType.MXFP4, block, y);
            Assert.Equal(2f * MathF.ScaleB(1f, e - 128), y[0]);
            Assert.Equal(MathF.ScaleB(1f, e - 128), y[16]);
        }
    }

    [Fact]
    public void Row_WrongLengthsAndTypes_AreRefusedWithTheFigures()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => Dequantize.Row(TensorType.Q4_K, new byte[143], new float[256]));
        Assert.Contains("143 bytes", e.Message, StringComparison.Ordinal);
        Assert.Contains("144 bytes", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Dequantize.Row(TensorType.Q4_K, new byte[144], new float[255]));
        Assert.Throws<ArgumentException>(() => Dequantize.Row(TensorType.I32, new byte[4], new float[1]));
        Assert.Throws<ArgumentException>(() => Dequantize.Row((TensorType)9999, new byte[4], new float[1]));
    }
}
