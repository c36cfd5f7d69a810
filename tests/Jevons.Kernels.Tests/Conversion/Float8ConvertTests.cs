using Jevons.Kernels.Conversion;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Conversion;

public sealed class Float8ConvertTests
{
    [Fact]
    public void Widen_EveryByteAtEveryPlaceOfAVector_EqualsTheTable()
    {
        for (int shift = 0; shift < 17; shift++)
        {
            Float8E4M3[] source = [.. Enumerable.Range(0, 256 + shift).Select(i => new Float8E4M3((byte)(i + shift)))];
            float[] got = new float[source.Length + 1];
            got[^1] = -9f;
            Float8Convert.Widen(source, got);
            Assert.Equal(-9f, got[^1]);
            for (int i = 0; i < source.Length; i++)
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits((float)source[i]), BitConverter.SingleToUInt32Bits(got[i]));
            }
        }
    }

    [Fact]
    public void ShortDestination_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Float8Convert.Widen(new Float8E4M3[3], new float[2]));
}
