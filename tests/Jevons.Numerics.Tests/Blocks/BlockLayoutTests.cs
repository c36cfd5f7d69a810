using System.Runtime.CompilerServices;
using Jevons.Numerics.Blocks;

namespace Jevons.Numerics.Tests.Blocks;

/// <summary>The structs are read in place from files, so their sizes are the format.</summary>
public sealed class BlockLayoutTests
{
    [Fact]
    public void Blocks_OfThirtyTwo_HaveTheFormatsSizes()
    {
        Pin<BlockQ4_0>(TensorType.Q4_0, 32, 18, 4.5);
        Pin<BlockQ4_1>(TensorType.Q4_1, 32, 20, 5);
        Pin<BlockQ5_0>(TensorType.Q5_0, 32, 22, 5.5);
        Pin<BlockQ5_1>(TensorType.Q5_1, 32, 24, 6);
        Pin<BlockQ8_0>(TensorType.Q8_0, 32, 34, 8.5);
        Pin<BlockIQ4NL>(TensorType.IQ4_NL, 32, 18, 4.5);
        Pin<BlockMXFP4>(TensorType.MXFP4, 32, 17, 4.25);
    }

    [Fact]
    public void Blocks_OfTwoHundredFiftySix_HaveTheFormatsSizes()
    {
        Pin<BlockQ2K>(TensorType.Q2_K, 256, 84, 2.625);
        Pin<BlockQ3K>(TensorType.Q3_K, 256, 110, 3.4375);
        Pin<BlockQ4K>(TensorType.Q4_K, 256, 144, 4.5);
        Pin<BlockQ5K>(TensorType.Q5_K, 256, 176, 5.5);
        Pin<BlockQ6K>(TensorType.Q6_K, 256, 210, 6.5625);
        Pin<BlockIQ4XS>(TensorType.IQ4_XS, 256, 136, 4.25);
        Pin<BlockIQ2XXS>(TensorType.IQ2_XXS, 256, 66, 2.0625);
        Pin<BlockIQ2XS>(TensorType.IQ2_XS, 256, 74, 2.3125);
        Pin<BlockIQ2S>(TensorType.IQ2_S, 256, 82, 2.5625);
        Pin<BlockIQ3XXS>(TensorType.IQ3_XXS, 256, 98, 3.0625);
        Pin<BlockIQ3S>(TensorType.IQ3_S, 256, 110, 3.4375);
        Pin<BlockIQ1S>(TensorType.IQ1_S, 256, 50, 1.5625);
        Pin<BlockIQ1M>(TensorType.IQ1_M, 256, 56, 1.75);
    }

    [Fact]
    public unsafe void Fields_LieAtTheFormatsOffsets()
    {
        BlockQ4_1 q41;
        BlockQ5_1 q51;
        BlockQ2K q2;
        BlockQ3K q3;
        BlockQ4K q4;
        BlockQ5K q5;
        BlockQ6K q6;
        BlockIQ4XS iq4;
        BlockMXFP4 mx;
        BlockIQ2XS iq2Xs;
        BlockIQ2S iq2S;
        BlockIQ3XXS iq3Xxs;
        BlockIQ3S iq3S;
        BlockIQ1S iq1S;
        BlockIQ1M iq1M;
        (long Offset, long Expected)[] offsets =
        [
            (At(&q41, &q41.M), 2), (At(&q41, &q41.Qs), 4), (At(&q51, &q51.Qh), 4), (At(&q51, &q51.Qs), 8),
            (At(&q2, &q2.Qs), 16), (At(&q2, &q2.D), 80), (At(&q2, &q2.DMin), 82),
            (At(&q3, &q3.Qs), 32), (At(&q3, &q3.Scales), 96), (At(&q3, &q3.D), 108),
            (At(&q4, &q4.DMin), 2), (At(&q4, &q4.Scales), 4), (At(&q4, &q4.Qs), 16), (At(&q5, &q5.Qh), 16), (At(&q5, &q5.Qs), 48),
            (At(&q6, &q6.Qh), 128), (At(&q6, &q6.Scales), 192), (At(&q6, &q6.D), 208),
            (At(&iq4, &iq4.ScalesHigh), 2), (At(&iq4, &iq4.ScalesLow), 4), (At(&iq4, &iq4.Qs), 8), (At(&mx, &mx.Qs), 1),
            (At(&iq2Xs, &iq2Xs.Qs), 2), (At(&iq2Xs, &iq2Xs.Scales), 66),
            (At(&iq2S, &iq2S.Signs), 34), (At(&iq2S, &iq2S.Qh), 66), (At(&iq2S, &iq2S.Scales), 74),
            (At(&iq3Xxs, &iq3Xxs.Qs), 2), (At(&iq3Xxs, &iq3Xxs.ScalesAndSigns), 66),
            (At(&iq3S, &iq3S.Qh), 66), (At(&iq3S, &iq3S.Signs), 74), (At(&iq3S, &iq3S.Scales), 106),
            (At(&iq1S, &iq1S.Qs), 2), (At(&iq1S, &iq1S.Qh), 34), (At(&iq1M, &iq1M.Qh), 32), (At(&iq1M, &iq1M.Scales), 48),
        ];
        Assert.All(offsets, o => Assert.Equal(o.Expected, o.Offset));

        static long At(void* block, void* field) => (byte*)field - (byte*)block;
    }

    [Fact]
    public void QuantizedTypes_EachHaveExactlyOneBlockStruct()
    {
        TensorType[] ofBlocks = [.. typeof(IQuantBlock<>).Assembly.GetTypes()
            .Where(t => t.IsValueType && t.GetInterface(typeof(IQuantBlock<>).Name) is not null)
            .Select(t => (TensorType)t.GetProperty(nameof(BlockQ4_0.Type))!.GetValue(null)!)];
        Assert.Equal(TensorTypes.All.Where(TensorTypes.IsQuantized).Order(), ofBlocks.Order());
    }

    private static void Pin<TBlock>(TensorType type, int length, int bytes, double bitsPerWeight)
        where TBlock : unmanaged, IQuantBlock<TBlock>
    {
        Assert.Equal(type, TBlock.Type);
        Assert.Equal(length, TBlock.Length);
        Assert.Equal(bytes, Unsafe.SizeOf<TBlock>());
        Assert.Equal(TensorTypes.BlockLength(type), TBlock.Length);
        Assert.Equal(TensorTypes.BlockBytes(type), Unsafe.SizeOf<TBlock>());
        Assert.Equal(bitsPerWeight, 8.0 * Unsafe.SizeOf<TBlock>() / TBlock.Length);
    }
}
