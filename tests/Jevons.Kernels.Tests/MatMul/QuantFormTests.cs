using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>The integers that products work on are the weights: scale * q - minimum has the bits of the dequantised element.</summary>
public sealed class QuantFormTests
{
    public static TheoryData<TensorType> Types => [.. RandomWeights.BlockTypes];

    [Theory]
    [MemberData(nameof(Types))]
    public void Form_EveryBlockType_IsTheDequantisedBlock(TensorType type)
    {
        byte[] bytes = new byte[64 * TensorTypes.BlockBytes(type)];
        RandomWeights.Fill(type, bytes, new SeededRandom(7));
        float[] expected = new float[64 * TensorTypes.BlockLength(type)];
        Dequantize.RowScalar(type, bytes, expected);
        IntegerParts parts = IntegerParts.Of(type, bytes);
        Assert.Equal(expected.Length, parts.Values.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(parts.Values[i] + parts.Offset, 0, (1 << parts.Bits) - 1);
            float product = parts.Scale[i / parts.Group] * parts.Values[i];
            float actual = parts.HasMinimum ? product - parts.Minimum[i / parts.Group] : product;
            Assert.Equal(BitConverter.SingleToUInt32Bits(expected[i]), BitConverter.SingleToUInt32Bits(actual));
        }
    }
}
