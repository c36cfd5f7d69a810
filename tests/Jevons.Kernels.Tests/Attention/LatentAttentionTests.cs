using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Attention;

public sealed class LatentAttentionTests
{
    private static readonly LatentAttentionShape s_shape = new(3, 16, 8, 32, 24, 0.25f);

    // Values and scores of these cases are of order one; the longest chain has latent + key + context steps of 2^-24 each.
    private const double Tolerance = 2e-5;

    public static TheoryData<KvType> Types { get; } = [KvType.F32, KvType.F16, KvType.BF16, KvType.Q8_0];

    [Fact]
    public void BothForms_AreThatOfDoublePrecision()
    {
        using MlaCase test = new(s_shape, 150, TensorType.F32, 10);
        Isa isa = CpuFeatures.Detect().Isa;
        double[] exact = test.Exact(v => v);
        Near(exact, test.Expanded(test.Weights, KvType.F32, isa, 2, [150]), Tolerance);
        Near(exact, test.Expanded(test.TransposedWeights, KvType.F32, isa, 2, [150]), Tolerance);
        Near(exact, test.Absorbed(test.Weights, KvType.F32, isa, 2, [150]), Tolerance);
        Near(exact, test.Absorbed(test.TransposedWeights, KvType.F32, isa, 2, [150]), Tolerance);
        double[] rounded = test.Exact(v => (float)(Half)v);
        Near(rounded, test.Expanded(test.Weights, KvType.F16, isa, 2, [150]), Tolerance);
        Near(rounded, test.Absorbed(test.Weights, KvType.F16, isa, 2, [150]), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ExpandedAndAbsorbed_AgreeOnEveryCacheType(KvType type)
    {
        // Both forms read the same rounded cache, so a coarse type does not widen the tolerance.
        using MlaCase test = new(s_shape, 200, TensorType.F32, 20);
        Isa isa = CpuFeatures.Detect().Isa;
        float[] expanded = test.Expanded(test.Weights, type, isa, 2, [200]);
        Near([.. expanded.Select(v => (double)v)], test.Absorbed(test.Weights, type, isa, 2, [200]), 2 * Tolerance);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ChunksAndThreads_DoNotShowInEitherForm(KvType type)
    {
        const int Tokens = 530;
        Isa isa = CpuFeatures.Detect().Isa;
        foreach (TensorType weights in (TensorType[])[TensorType.F32, TensorType.Q8_0])
        {
            using MlaCase test = new(s_shape, Tokens, weights, 30);
            float[] expanded = test.Expanded(test.Weights, type, isa, 1, [Tokens]);
            BitsAssert.Equal(expanded, test.Expanded(test.Weights, type, isa, 4, [1, 64, 5, 400, 60]), "expanded in pieces");
            BitsAssert.Equal(expanded, test.Expanded(test.Weights, type, isa, 3, [3, .. Enumerable.Repeat(1, 5), 497, .. Enumerable.Repeat(1, 25)]), "expanded, single tokens");
            float[] absorbed = test.Absorbed(test.Weights, type, isa, 1, [Tokens]);
            BitsAssert.Equal(absorbed, test.Absorbed(test.Weights, type, isa, 5, [1, 64, 5, 400, 60]), "absorbed in pieces");
            BitsAssert.Equal(absorbed, test.Absorbed(test.Weights, type, isa, 4, [3, .. Enumerable.Repeat(1, 70), 432, .. Enumerable.Repeat(1, 25)]), "absorbed, single tokens");
        }
    }

    [Theory]
    [MemberData(nameof(KernelContexts.VectorIsas), MemberType = typeof(KernelContexts))]
    public void EveryIsaMatchesScalar(Isa isa)
    {
        foreach (KvType type in Enum.GetValues<KvType>())
        {
            using MlaCase test = new(s_shape, 100, TensorType.F32, 40);
            BitsAssert.Equal(test.Expanded(test.Weights, type, Isa.Scalar, 1, [100]), test.Expanded(test.Weights, type, isa, 1, [100]), $"expanded, {type}, {isa}");
            BitsAssert.Equal(test.Absorbed(test.Weights, type, Isa.Scalar, 1, [100]), test.Absorbed(test.Weights, type, isa, 1, [100]), $"absorbed, {type}, {isa}");
        }
    }

    [Fact]
    public void Absorbed_IsBitForBitAttentionWithOneKvHead()
    {
        // 34 heads are two blocks of heads; 530 tokens are two segments.
        foreach ((KvType type, int heads, int tokens) in (ReadOnlySpan<(KvType, int, int)>)[(KvType.F32, 34, 130), (KvType.BF16, 34, 70), (KvType.F16, 2, 530)])
        {
            LatentAttentionShape shape = new(heads, 8, 8, 24, 8, 0.2f);
            AttentionShape plain = new(heads, 1, 32, 24, 0.2f);
            using AttentionCase test = new(plain, tokens, 50);
            using OwnedContext context = KernelContexts.Widest(3);
            for (int t = 0; t < tokens; t++)
            {
                test.K.Tensor.Row(t)[..24].CopyTo(test.V.Tensor.Row(t));
            }

            float[] want = test.Run(type, context.Context.Features.Isa, 1, [tokens]);
            using PagedCache cache = new(KvLayerLayout.Latent(type, 24, 8), 12);
            using FloatRows qLatent = new(tokens, heads * 24);
            using FloatRows got = new(tokens, heads * 24);
            for (int t = 0; t < tokens; t++)
            {
                for (int h = 0; h < heads; h++)
                {
                    test.Q.Tensor.Row(t).Slice(h * 32, 24).CopyTo(qLatent.Tensor.Row(t)[(h * 24)..]);
                }
            }

            BatchChunk[] chunks = [new BatchChunk(0, tokens, 0, cache.Add(tokens), Absorbed: true)];
            KvWrite.RunLatent(cache.Pages, test.K.Tensor.Columns(0, 24), test.K.Tensor.Columns(24, 8), chunks, context);
            LatentAttention.RunAbsorbed(cache.Pages, qLatent.Tensor, test.Q.Tensor.Columns(24, (heads * 32) - 24), 32, got.Tensor, shape, chunks, context);
            BitsAssert.Equal(want, got.All, $"{type}, {heads} heads, {tokens} tokens");
        }
    }

    [Fact]
    public void WrongShapes_AreRefused()
    {
        using MlaCase test = new(s_shape, 2, TensorType.F32, 70);
        using OwnedContext context = KernelContexts.Create(Isa.Scalar);
        using PagedCache cache = new(KvLayerLayout.Latent(KvType.F32, 32, 8), 1);
        using PagedCache multiHead = new(KvLayerLayout.MultiHead(KvType.F32, 1, 40, 32), 1);
        BatchChunk[] chunks = [new BatchChunk(0, 2, 0, cache.Add(2), Absorbed: false)];
        Tensor q = test.QNopeRope.Tensor;
        Assert.Throws<ArgumentException>(() => MlaWeights.FromKvB(s_shape with { NopeDim = 17 }, test.KvB));
        Assert.Throws<ArgumentException>(() => new MlaWeights(s_shape, [], keyUpTransposed: false, []));
        Assert.Throws<ArgumentException>(() => LatentAttention.RunExpanded(multiHead.Pages, q, q, test.Weights, chunks, context));
        Assert.Throws<ArgumentException>(() => LatentAttention.RunExpanded(cache.Pages, test.Latent.Tensor, q, test.Weights, chunks, context));
        Assert.Throws<ArgumentException>(() => LatentAttention.AbsorbQuery(test.Weights, q, 8, q, context));
        Assert.Throws<ArgumentException>(() => LatentAttention.ExpandOutput(test.Weights, q, q, context));
        Assert.Throws<ArgumentException>(() => LatentAttention.RunAbsorbed(cache.Pages, q, q, 24, q, s_shape, chunks, context));
        Assert.Throws<ArgumentException>(() => KvWrite.Run(cache.Pages, q, q, chunks, context));
    }

    private static void Near(double[] want, float[] got, double tolerance)
    {
        Assert.Equal(want.Length, got.Length);
        for (int i = 0; i < want.Length; i++)
        {
            Assert.True(Math.Abs(want[i] - got[i]) <= tolerance * Math.Max(1, Math.Abs(want[i])), $"element {i}: {got[i]:R}, exact {want[i]:R}");
        }
    }
}
