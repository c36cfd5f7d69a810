using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Attention;

public sealed unsafe class KvWriteTests
{
    public static TheoryData<KvType> NarrowTypes { get; } = [KvType.F16, KvType.BF16, KvType.Q8_0];

    public static MatrixTheoryData<KvType, Isa> TypesAndIsas { get; } =
        new([KvType.F32, KvType.F16, KvType.BF16, KvType.Q8_0], [Isa.Neon, Isa.Avx2, Isa.Avx512]);

    [Theory]
    [MemberData(nameof(NarrowTypes))]
    public void ANarrowCache_BehavesAsAnF32CacheOfItsRoundedValues(KvType type)
    {
        foreach ((int keyDim, int valueDim) in (ReadOnlySpan<(int, int)>)[(64, 32), (40, 72), (7, 33)])
        {
            using AttentionCase test = new(new AttentionShape(4, 2, keyDim, valueDim, 0.2f), 150, 10);
            Isa isa = CpuFeatures.Detect().Isa;
            float[] narrow = test.Run(type, isa, 1, [150]);
            RoundHeads(type, test.K, keyDim);
            RoundHeads(type, test.V, valueDim);
            BitsAssert.Equal(test.Run(KvType.F32, isa, 1, [150]), narrow, $"{type}, {keyDim} x {valueDim}");
        }
    }

    [Theory]
    [MemberData(nameof(TypesAndIsas))]
    public void EveryIsaWritesTheBytesOfScalar(KvType type, Isa isa)
    {
        foreach (bool latent in (bool[])[false, true])
        {
            Assert.True(Write(type, isa, latent).AsSpan().SequenceEqual(Write(type, Isa.Scalar, latent)), $"{type} on {isa}, latent {latent}");
        }
    }

    [Fact]
    public void Q8_0_ErrorsStayBelowTheCeilingOfTheFormat()
    {
        // Half a step of d, plus d's own rounding to half (2^-11 relative) times up to 127 steps: at most 0.5625 d.
        using FloatRows x = FloatRows.Random(64, 128, 20);
        float[] exact = x.All.ToArray();
        RoundHeads(KvType.Q8_0, x, 128);
        double worst = 0;
        double squares = 0;
        for (int block = 0; block < exact.Length; block += 32)
        {
            double d = exact.AsSpan(block, 32).ToArray().Max(Math.Abs) / 127;
            for (int i = block; i < block + 32; i++)
            {
                worst = Math.Max(worst, Math.Abs(exact[i] - x.All[i]) / d);
                squares += Math.Pow(exact[i] - x.All[i], 2);
            }
        }

        Assert.True(worst <= 0.5625, $"the worst error is {worst:F4} steps");
        Assert.True(Math.Sqrt(squares / exact.Length) < 0.006, "root mean square error of standard normal values");
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(1e-9f)]
    [InlineData(3e-6f)]
    [InlineData(-1e-38f)]
    public void Q8_0_OfTinyValues_StaysTiny(float value)
    {
        float[] x = [.. Enumerable.Repeat(value, 32)];
        float[] y = Quantised(x);
        Assert.All(y, v => Assert.True(Math.Abs(v) <= Math.Abs(value) * 1.5f + 1e-7f, $"{value} became {v}"));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e38f)]
    public void Q8_0_OfWhatItCannotHold_IsNaN(float value)
    {
        float[] x = new float[64];
        x[3] = value;
        x[40] = 1;
        float[] y = Quantised(x);
        Assert.All(y[..32], v => Assert.True(float.IsNaN(v)));
        Assert.Equal(1f, y[40], 1e-3f);
    }

    [Fact]
    public void PositionsOfOthers_StayAsTheyAre()
    {
        foreach (KvType type in Enum.GetValues<KvType>())
        {
            using OwnedContext context = KernelContexts.Widest(2);
            using PagedCache cache = new(KvLayerLayout.MultiHead(type, 2, 40, 24), 4);
            using FloatRows k = FloatRows.Random(200, 80, 30);
            using FloatRows v = FloatRows.Random(200, 48, 31);
            int start = cache.Add(200);
            KvWrite.Run(cache.Pages, k.Tensor, v.Tensor, [new BatchChunk(0, 200, 0, start, Absorbed: false)], context);
            byte[] before = cache.Bytes.ToArray();
            KvWrite.Run(cache.Pages, k.Tensor, v.Tensor, [new BatchChunk(63, 3, 63, start, Absorbed: false), new BatchChunk(130, 1, 130, start, Absorbed: false)], context);
            Assert.True(cache.Bytes.SequenceEqual(before), $"{type}");
        }
    }

    [Fact]
    public void Layout_IsAlignedAndPadded()
    {
        KvLayerLayout layout = KvLayerLayout.MultiHead(KvType.F32, 3, 5, 7);
        Assert.Equal((5, 16), (layout.KeyStride, layout.ValueStride));
        Assert.Equal((5 * 64 * 4, 16 * 64 * 4), (layout.KeyHeadBytes, layout.ValueHeadBytes));
        Assert.Equal(3 * (layout.KeyHeadBytes + layout.ValueHeadBytes), layout.PageBytes);
        KvLayerLayout latent = KvLayerLayout.Latent(KvType.F16, 512, 64);
        Assert.Equal((576, 512, 576, 1), (latent.KeyDim, latent.ValueDim, latent.KeyStride, latent.NumKvHeads));
        Assert.Equal(576 * 64 * 2, latent.PageBytes);
        Assert.Equal((576 + 36) * 64, KvLayerLayout.Latent(KvType.Q8_0, 512, 64).PageBytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => KvLayerLayout.MultiHead(KvType.F32, 0, 5, 7));
    }

    private static byte[] Write(KvType type, Isa isa, bool latent)
    {
        using OwnedContext context = KernelContexts.Create(isa, 2);
        KvLayerLayout layout = latent ? KvLayerLayout.Latent(type, 70, 18) : KvLayerLayout.MultiHead(type, 2, 35, 50);
        using PagedCache cache = new(layout, 3);
        using FloatRows first = FloatRows.Random(150, 70, 40, 3);
        using FloatRows second = FloatRows.Random(150, latent ? 18 : 100, 41, 1e-5);
        first.Tensor.Row(7)[3] = float.NaN;
        first.Tensor.Row(8)[4] = 1e5f;
        first.Tensor.Row(9)[5] = float.NegativeInfinity;
        first.Tensor.Row(10)[6] = 65519.9f;
        BatchChunk[] chunks = [new BatchChunk(0, 150, 0, cache.Add(150), Absorbed: false)];
        if (latent)
        {
            KvWrite.RunLatent(cache.Pages, first.Tensor, second.Tensor, chunks, context);
        }
        else
        {
            KvWrite.Run(cache.Pages, first.Tensor, second.Tensor, chunks, context);
        }

        return cache.Bytes.ToArray();
    }

    private static float[] Quantised(float[] x)
    {
        using FloatRows rows = FloatRows.From(1, x.Length, x);
        sbyte[] q = new sbyte[x.Length];
        Half[] d = new Half[(x.Length + 31) / 32];
        fixed (sbyte* pq = q)
        fixed (Half* pd = d)
        {
            KvQuantize.Row(rows.Tensor.Pointer, x.Length, pq, 1, pd, 1);
        }

        return [.. q.Select((v, i) => v * (float)d[i / 32])];
    }

    // The rounding of the documentation, written again without the kernel.
    private static void RoundHeads(KvType type, FloatRows rows, int dim)
    {
        Span<float> all = rows.All;
        for (int head = 0; head < all.Length; head += dim)
        {
            for (int block = head; block < head + dim; block += 32)
            {
                Span<float> x = all[block..Math.Min(block + 32, head + dim)];
                float d = (float)(Half)(x.ToArray().Max(Math.Abs) / 127f);
                foreach (ref float v in x)
                {
                    v = type switch
                    {
                        KvType.F16 => (float)(Half)v,
                        KvType.BF16 => (float)(BFloat16)v,
                        _ => Math.Clamp((float)Math.Round((double)(v / d), MidpointRounding.ToEven), -127, 127) * d,
                    };
                }
            }
        }
    }
}
