using Jevons.Kernels.Conversion;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Conversion;

public sealed class BFloat16ConvertTests
{
    [Fact]
    public void Widen_EveryValue_ShiftsItsBits()
    {
        BFloat16[] source = [.. Enumerable.Range(0, 65536).Select(i => new BFloat16((ushort)i))];
        float[] got = new float[source.Length];
        BFloat16Convert.Widen(source, got);
        for (int i = 0; i < source.Length; i++)
        {
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(got[i]));
        }
    }

    [Fact]
    public void Narrow_RandomBits_EqualsTheTypesOwnConversion()
    {
        SeededRandom random = new(12);
        float[] source = [.. Enumerable.Range(0, 500_000).Select(i => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64() & (i % 2 == 0 ? ~0u : ~0x7FFFu)))];
        BFloat16[] got = new BFloat16[source.Length];
        BFloat16Convert.Narrow(source, got);
        for (int i = 0; i < source.Length; i++)
        {
            Assert.Equal(((BFloat16)source[i]).Bits, got[i].Bits);
        }
    }

    [Fact]
    public void WidenAndNarrow_EveryShortLength_TouchNothingElse()
    {
        for (int length = 0; length <= 100; length++)
        {
            BFloat16[] source = [.. Enumerable.Range(0, length).Select(i => (BFloat16)(i * 0.37f))];
            float[] wide = [.. Enumerable.Repeat(-9f, length + 2)];
            BFloat16Convert.Widen(source, wide.AsSpan(1));
            Assert.Equal([-9f, .. source.Select(v => (float)v), -9f], wide);

            BFloat16[] narrow = [.. Enumerable.Repeat((BFloat16)(-9f), length + 2)];
            BFloat16Convert.Narrow(wide.AsSpan(1, length), narrow.AsSpan(1));
            Assert.Equal([(BFloat16)(-9f), .. source, (BFloat16)(-9f)], narrow);
        }
    }

    [Fact]
    public void ShortDestinations_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => BFloat16Convert.Widen(new BFloat16[3], new float[2]));
        Assert.Throws<ArgumentException>(() => BFloat16Convert.Narrow(new float[3], new BFloat16[2]));
    }
}
