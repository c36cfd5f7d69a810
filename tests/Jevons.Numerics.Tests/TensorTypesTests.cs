namespace Jevons.Numerics.Tests;

public sealed class TensorTypesTests
{
    [Fact]
    public void All_IsEveryNamedTypeOnce() => Assert.Equal(Enum.GetValues<TensorType>().Order(), TensorTypes.All.Order());

    [Fact]
    public void Numbers_AreThoseOfGguf()
    {
        (TensorType Type, int Number)[] numbers =
        [
            (TensorType.F32, 0), (TensorType.F16, 1), (TensorType.Q4_0, 2), (TensorType.Q4_1, 3), (TensorType.Q5_0, 6), (TensorType.Q5_1, 7),
            (TensorType.Q8_0, 8), (TensorType.Q2_K, 10), (TensorType.Q3_K, 11), (TensorType.Q4_K, 12), (TensorType.Q5_K, 13),
            (TensorType.Q6_K, 14), (TensorType.IQ2_XXS, 16), (TensorType.IQ2_XS, 17), (TensorType.IQ3_XXS, 18), (TensorType.IQ1_S, 19),
            (TensorType.IQ4_NL, 20), (TensorType.IQ3_S, 21), (TensorType.IQ2_S, 22), (TensorType.IQ4_XS, 23), (TensorType.I8, 24),
            (TensorType.I16, 25), (TensorType.I32, 26), (TensorType.I64, 27), (TensorType.F64, 28), (TensorType.IQ1_M, 29),
            (TensorType.BF16, 30), (TensorType.MXFP4, 39),
        ];
        Assert.All(numbers, n => Assert.Equal(n.Number, (int)n.Type));
        Assert.Equal(TensorTypes.All.Count(t => (int)t < 256), numbers.Length);
    }

    [Fact]
    public void TryParse_EveryName_InAnyCaseWithOrWithoutUnderscores()
    {
        foreach (TensorType type in TensorTypes.All)
        {
            foreach (string name in (string[])[type.ToString(), type.ToString().ToLowerInvariant(), type.ToString().Replace("_", "", StringComparison.Ordinal)])
            {
                Assert.True(TensorTypes.TryParse(name, out TensorType parsed), name);
                Assert.Equal(type, parsed);
            }
        }

        Assert.False(TensorTypes.TryParse("Q4_2", out _));
        Assert.False(TensorTypes.TryParse("", out _));
        Assert.False(TensorTypes.TryParse("12", out _));
    }

    [Fact]
    public void ByteCount_CountsWholeBlocksOnly()
    {
        Assert.Equal(144 * 3, TensorTypes.ByteCount(TensorType.Q4_K, 768));
        Assert.Equal(0, TensorTypes.ByteCount(TensorType.Q4_K, 0));
        Assert.Equal(34L * (1L << 40), TensorTypes.ByteCount(TensorType.Q8_0, 1L << 45));
        Assert.Throws<ArgumentException>(() => TensorTypes.ByteCount(TensorType.Q4_K, 255));
        Assert.Throws<ArgumentException>(() => TensorTypes.ByteCount(TensorType.F32, -1));
        Assert.Throws<OverflowException>(() => TensorTypes.ByteCount(TensorType.F64, long.MaxValue));
    }

    [Fact]
    public void UnknownNumbers_AreRefused()
    {
        Assert.False(TensorTypes.IsKnown((TensorType)4));
        Assert.False(TensorTypes.IsKnown((TensorType)(-1)));
        Assert.True(TensorTypes.IsKnown(TensorType.MXFP4));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorTypes.BlockLength((TensorType)4));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorTypes.BlockBytes((TensorType)97));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorTypes.IsQuantized((TensorType)5));
    }

    [Fact]
    public void IsQuantized_IsTrueOfBlocksOnly()
    {
        Assert.True(TensorTypes.IsQuantized(TensorType.IQ1_S));
        Assert.False(TensorTypes.IsQuantized(TensorType.F8_E4M3));
        Assert.False(TensorTypes.IsQuantized(TensorType.BF16));
    }
}
