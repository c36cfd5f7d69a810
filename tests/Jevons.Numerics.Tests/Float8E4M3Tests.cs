using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Numerics.Tests;

public sealed class Float8E4M3Tests
{
    [Fact]
    public void Widen_EveryByte_EqualsTheGoldenTable()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(SharedData.Path("op-golden", "fp8-tables.json")));
        float[] want = [.. json.RootElement.GetProperty("e4m3fn").EnumerateArray()
            .Select(e => e.ValueKind == JsonValueKind.Number ? e.GetSingle() : float.NaN)];
        Assert.Equal(256, want.Length);
        for (int bits = 0; bits < 256; bits++)
        {
            float got = (float)new Float8E4M3((byte)bits);
            Assert.Equal(float.IsNaN(want[bits]), float.IsNaN(got));
            Assert.True(float.IsNaN(got) || got == want[bits], $"byte {bits}: {got}, expected {want[bits]}");
            Assert.Equal(bits >= 128, float.IsNegative(got));
            Assert.Equal(BitConverter.SingleToUInt32Bits(got), BitConverter.SingleToUInt32Bits(Float8E4M3.WidenTable[bits]));
        }
    }

    [Fact]
    public void Narrow_OfEveryValue_IsTheIdentity()
    {
        for (int bits = 0; bits < 256; bits++)
        {
            Assert.Equal((byte)bits, ((Float8E4M3)(float)new Float8E4M3((byte)bits)).Bits);
        }
    }

    [Fact]
    public void Narrow_BetweenTwoValues_TakesTheNearerAndTheEvenOfATie()
    {
        for (int bits = 0; bits < 0x7E; bits++)
        {
            // Neighbours have at most 5 significand bits between them, so their mean is exact.
            float low = (float)new Float8E4M3((byte)bits);
            float high = (float)new Float8E4M3((byte)(bits + 1));
            float middle = (low + high) / 2;
            Assert.Equal((bits & 1) == 0 ? bits : bits + 1, ((Float8E4M3)middle).Bits);
            Assert.Equal(bits, ((Float8E4M3)MathF.BitDecrement(middle)).Bits);
            Assert.Equal(bits + 1, ((Float8E4M3)MathF.BitIncrement(middle)).Bits);
            Assert.Equal((bits + 1) | 0x80, ((Float8E4M3)(-MathF.BitIncrement(middle))).Bits);
        }
    }

    [Fact]
    public void Narrow_BeyondTheLargest_SaturatesAndKeepsNaN()
    {
        Assert.Equal(Float8E4M3.MaxValue, (float)(Float8E4M3)1e30f);
        Assert.Equal(-Float8E4M3.MaxValue, (float)(Float8E4M3)float.NegativeInfinity);
        Assert.Equal(Float8E4M3.MaxValue, (float)(Float8E4M3)465f);
        Assert.True(float.IsNaN((float)(Float8E4M3)float.NaN));
        Assert.Equal(0, ((Float8E4M3)float.Epsilon).Bits);
        Assert.Equal(0x80, ((Float8E4M3)(-float.Epsilon)).Bits);
    }

    [Fact]
    public void Equality_IsThatOfTheBits()
    {
        Assert.True(new Float8E4M3(5) == new Float8E4M3(5));
        Assert.True(new Float8E4M3(0) != new Float8E4M3(0x80));
        Assert.Equal(5, new Float8E4M3(5).GetHashCode());
        Assert.True(new Float8E4M3(5).Equals((object)new Float8E4M3(5)));
        Assert.Equal("448", new Float8E4M3(0x7E).ToString());
    }
}
