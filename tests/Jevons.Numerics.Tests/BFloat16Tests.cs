namespace Jevons.Numerics.Tests;

public sealed class BFloat16Tests
{
    [Fact]
    public void WidenThenNarrow_EveryBitPattern_IsTheIdentityButForQuietNaN()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            BFloat16 value = new((ushort)bits);
            float wide = (float)value;
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(wide));
            int expected = float.IsNaN(wide) ? bits | 0x40 : bits;
            Assert.Equal((ushort)expected, ((BFloat16)wide).Bits);
        }
    }

    [Fact]
    public void Narrow_BetweenTwoValues_TakesTheNearerAndTheEvenOfATie()
    {
        for (int bits = 0; bits < 0x7F80; bits += 7)
        {
            uint low = (uint)bits << 16;
            int even = (bits & 1) == 0 ? bits : bits + 1;
            foreach (uint sign in (uint[])[0, 0x8000_0000])
            {
                int signBit = (int)(sign >> 16);
                Assert.Equal(bits | signBit, Narrow(sign | low | 0x0001));
                Assert.Equal(bits | signBit, Narrow(sign | low | 0x7FFF));
                Assert.Equal(even | signBit, Narrow(sign | low | 0x8000));
                Assert.Equal((bits + 1) | signBit, Narrow(sign | low | 0x8001));
                Assert.Equal((bits + 1) | signBit, Narrow(sign | low | 0xFFFF));
            }
        }
    }

    [Fact]
    public void Narrow_SpecialValues_KeepTheirKind()
    {
        Assert.Equal(0x7F80, Narrow(float.PositiveInfinity));
        Assert.Equal(0xFF80, Narrow(float.NegativeInfinity));
        Assert.Equal(0x7F80, Narrow(float.MaxValue));
        Assert.Equal(0x8000, Narrow(-0f));
        Assert.Equal(0x7FC0, Narrow(0x7F80_0001u));
        Assert.True(float.IsNaN((float)(BFloat16)float.NaN));
    }

    [Fact]
    public void Equality_IsThatOfTheBits()
    {
        Assert.True((BFloat16)1f == new BFloat16(0x3F80));
        Assert.True((BFloat16)0f != (BFloat16)(-0f));
        Assert.Equal(new BFloat16(7).GetHashCode(), new BFloat16(7).GetHashCode());
        Assert.Equal("1.5", ((BFloat16)1.5f).ToString());
        Assert.False(new BFloat16(1).Equals((object)1));
    }

    private static int Narrow(uint bits) => Narrow(BitConverter.UInt32BitsToSingle(bits));

    private static int Narrow(float value) => ((BFloat16)value).Bits;
}
