using Jevons.Kernels.Conversion;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Conversion;

public sealed class HalfConvertTests
{
    [Fact]
    public void Widen_EveryHalf_IsExact()
    {
        Half[] source = [.. Enumerable.Range(0, 65536).Select(i => BitConverter.UInt16BitsToHalf((ushort)i))];
        float[] got = new float[source.Length];
        HalfConvert.Widen(source, got);
        for (int i = 0; i < source.Length; i++)
        {
            // The framework's own conversion makes a signalling NaN quiet, this one carries it over.
            uint want = BitConverter.SingleToUInt32Bits((float)source[i]);
            uint signalling = want & ~0x0040_0000u;
            uint bits = BitConverter.SingleToUInt32Bits(got[i]);
            Assert.True(bits == want || (Half.IsNaN(source[i]) && bits == signalling), $"0x{i:X4}: 0x{bits:X8}, expected 0x{want:X8}");
        }
    }

    [Fact]
    public void Narrow_OfEveryWidenedHalf_IsTheIdentity()
    {
        Half[] source = [.. Enumerable.Range(0, 65536).Select(i => BitConverter.UInt16BitsToHalf((ushort)i))];
        float[] wide = new float[source.Length];
        Half[] got = new Half[source.Length];
        HalfConvert.Widen(source, wide);
        HalfConvert.Narrow(wide, got);
        for (int i = 0; i < source.Length; i++)
        {
            int expected = Half.IsNaN(source[i]) ? i | 0x0200 : i;
            Assert.Equal(expected, BitConverter.HalfToUInt16Bits(got[i]));
        }
    }

    [Fact]
    public void Narrow_AroundEveryMidpoint_RoundsToNearestEven()
    {
        List<float> source = [];
        for (int i = 0; i <= 0x7C00; i++)
        {
            // Past the largest half the next step would be 65536, which stands where infinity does.
            float low = (float)BitConverter.UInt16BitsToHalf((ushort)i);
            float high = i >= 0x7BFF ? 65536f : (float)BitConverter.UInt16BitsToHalf((ushort)(i + 1));
            float middle = (low + high) / 2;
            source.AddRange([middle, MathF.BitDecrement(middle), MathF.BitIncrement(middle), -middle, -MathF.BitIncrement(middle)]);
        }

        Narrow_EqualsTheFrameworks([.. source]);
    }

    [Fact]
    public void Narrow_RandomBits_EqualsTheFrameworksConversion()
    {
        SeededRandom random = new(11);
        Narrow_EqualsTheFrameworks([.. Enumerable.Range(0, 500_000).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64()))]);
    }

    [Fact]
    public void Narrow_SpecialValues_KeepTheirKind() => Narrow_EqualsTheFrameworks(
        [0f, -0f, float.Epsilon, -float.Epsilon, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.NaN, 65504f, 65519.996f, 65520f]);

    [Fact]
    public void WidenAndNarrow_EveryShortLength_TouchNothingElse()
    {
        for (int length = 0; length <= 100; length++)
        {
            Half[] source = [.. Enumerable.Range(0, length).Select(i => (Half)(i * 0.37f))];
            float[] wide = [.. Enumerable.Repeat(-9f, length + 2)];
            HalfConvert.Widen(source, wide.AsSpan(1));
            Assert.Equal([-9f, .. source.Select(h => (float)h), -9f], wide);

            Half[] narrow = [.. Enumerable.Repeat((Half)(-9f), length + 2)];
            HalfConvert.Narrow(wide.AsSpan(1, length), narrow.AsSpan(1));
            Assert.Equal([(Half)(-9f), .. source, (Half)(-9f)], narrow);
        }
    }

    [Fact]
    public void ShortDestinations_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => HalfConvert.Widen(new Half[3], new float[2]));
        Assert.Throws<ArgumentException>(() => HalfConvert.Narrow(new float[3], new Half[2]));
    }

    private static void Narrow_EqualsTheFrameworks(float[] source)
    {
        Half[] got = new Half[source.Length];
        HalfConvert.Narrow(source, got);
        for (int i = 0; i < source.Length; i++)
        {
            Half want = (Half)source[i];
            bool equal = Half.IsNaN(want)
                ? Half.IsNaN(got[i]) && Half.IsNegative(want) == Half.IsNegative(got[i])
                : BitConverter.HalfToUInt16Bits(want) == BitConverter.HalfToUInt16Bits(got[i]);
            Assert.True(equal, $"{source[i]:R}: {got[i]}, expected {want}");
        }
    }
}
