using Jevons.Kernels.Tests.MatMul;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Attention;

public sealed unsafe class AttentionTests
{
    private const float Scale = 0.3f;

    public static TheoryData<int, int, int, int, int> ShapesAndTokens { get; } = new()
    {
        { 1, 1, 8, 8, 130 },
        { 4, 2, 16, 32, 70 },
        { 9, 3, 64, 64, 66 },
        { 6, 1, 24, 40, 129 },
        { 7, 1, 128, 128, 65 },
        { 2, 2, 192, 128, 64 },
        { 3, 3, 5, 7, 200 },
        { 2, 1, 16, 16, 1100 },
    };

    public static MatrixTheoryData<KvType, Isa> TypesAndIsas { get; } =
        new([KvType.F32, KvType.F16, KvType.BF16, KvType.Q8_0], [Isa.Neon, Isa.Avx2, Isa.Avx512]);

    public static TheoryData<KvType> Types { get; } = [KvType.F32, KvType.F16, KvType.BF16, KvType.Q8_0];

    [Theory]
    [MemberData(nameof(ShapesAndTokens))]
    public void Output_IsThatOfDoublePrecision_WithinItsBound(int heads, int kvHeads, int keyDim, int valueDim, int tokens)
    {
        using AttentionCase test = new(new AttentionShape(heads, kvHeads, keyDim, valueDim, Scale), tokens, 100);
        float[] got = test.Run(KvType.F32, CpuFeatures.Detect().Isa, 2, [tokens]);
        (double[] want, double[] bound) = test.Exact();
        for (int i = 0; i < got.Length; i++)
        {
            Assert.True(Math.Abs(got[i] - want[i]) <= bound[i], $"element {i}: {got[i]:R}, exact {want[i]:R}, bound {bound[i]:E2}");
        }
    }

    [Theory]
    [MemberData(nameof(TypesAndIsas))]
    public void EveryIsaMatchesScalar(KvType type, Isa isa)
    {
        foreach ((int keyDim, int valueDim) in (ReadOnlySpan<(int, int)>)[(32, 64), (33, 17), (80, 80)])
        {
            using AttentionCase test = new(new AttentionShape(6, 2, keyDim, valueDim, Scale), 140, 200);
            BitsAssert.Equal(test.Run(type, Isa.Scalar, 1, [140]), test.Run(type, isa, 1, [140]), $"{type} on {isa}, {keyDim} x {valueDim}");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void ChunksThreadsAndPages_DoNotShowInTheResult(KvType type)
    {
        const int Tokens = 1090;
        Isa isa = CpuFeatures.Detect().Isa;
        using AttentionCase test = new(new AttentionShape(3, 1, 16, 16, Scale), Tokens, 300);
        float[] whole = test.Run(type, isa, 1, [Tokens]);

        // Single tokens at the start, around the end of the first segment and around the end of the second.
        int[] singles = [.. Ones(70), 420, .. Ones(40), 480, .. Ones(80)];
        BitsAssert.Equal(whole, test.Run(type, isa, 1, singles), "single tokens");
        BitsAssert.Equal(whole, test.Run(type, isa, 7, singles), "single tokens, 7 threads");
        BitsAssert.Equal(whole, test.Run(type, isa, 5, [Tokens], pageSeed: 77), "5 threads, other pages");
        BitsAssert.Equal(whole, test.Run(type, isa, 3, [1, 63, 64, 65, 2, 500, 300, 95]), "pieces");
        SeededRandom random = new(5);
        for (int attempt = 0; attempt < 3; attempt++)
        {
            List<int> pieces = [];
            while (pieces.Sum() < Tokens)
            {
                pieces.Add(Math.Min(Tokens - pieces.Sum(), 1 + random.NextInt32(1 << (4 + random.NextInt32(6)))));
            }

            BitsAssert.Equal(whole, test.Run(type, isa, 2, pieces), string.Join(',', pieces));
        }

        static IEnumerable<int> Ones(int count) => Enumerable.Repeat(1, count);
    }

    [Fact]
    public void Batch_EqualsEverySequenceAlone()
    {
        AttentionShape shape = new(4, 2, 32, 32, Scale);
        int[] lengths = [5, 700, 64, 65, 1, 130];
        AttentionCase[] cases = [.. lengths.Select((n, i) => new AttentionCase(shape, n, (ulong)(400 + (10 * i))))];
        using OwnedContext context = KernelContexts.Widest(3);
        using PagedCache cache = new(KvLayerLayout.MultiHead(KvType.F16, 2, 32, 32), 30);
        int rows = lengths.Sum();
        using FloatRows q = new(rows, 4 * 32);
        using FloatRows k = new(rows, 2 * 32);
        using FloatRows v = new(rows, 2 * 32);
        using FloatRows output = new(rows, 4 * 32);
        List<BatchChunk> chunks = [];
        int first = 0;
        for (int s = 0; s < cases.Length; s++)
        {
            cases[s].Q.All.CopyTo(q.All[(first * 128)..]);
            cases[s].K.All.CopyTo(k.All[(first * 64)..]);
            cases[s].V.All.CopyTo(v.All[(first * 64)..]);
            chunks.Add(new BatchChunk(first, lengths[s], 0, cache.Add(lengths[s]), Absorbed: false));
            first += lengths[s];
        }

        KvWrite.Run(cache.Pages, k.Tensor, v.Tensor, chunks.ToArray(), context);
        Kernels.Attention.Run(cache.Pages, q.Tensor, output.Tensor, shape, chunks.ToArray(), context);
        first = 0;
        for (int s = 0; s < cases.Length; s++)
        {
            float[] alone = cases[s].Run(KvType.F16, context.Context.Features.Isa, 1, [lengths[s]]);
            BitsAssert.Equal(alone, output.All.Slice(first * 128, alone.Length), $"sequence {s}");
            first += lengths[s];
            cases[s].Dispose();
        }
    }

    [Fact]
    public void LastTokensOfSeveralSequences_SharedOutBySegments_EqualEverySequenceAlone()
    {
        // Few units and many threads: contexts are cut into segments, also for a piece that straddles their boundary.
        AttentionShape shape = new(3, 1, 16, 24, Scale);
        (int Length, int Last)[] sequences = [(700, 1), (40, 1), (530, 30), (1100, 2)];
        AttentionCase[] cases = [.. sequences.Select((s, i) => new AttentionCase(shape, s.Length, (ulong)(450 + (10 * i))))];
        using OwnedContext context = KernelContexts.Widest(7);
        using PagedCache cache = new(KvLayerLayout.MultiHead(KvType.BF16, 1, 16, 24), 45);
        int rows = sequences.Sum(s => s.Last);
        using FloatRows q = new(rows, 3 * 16);
        using FloatRows output = new(rows, 3 * 24);
        List<BatchChunk> chunks = [];
        foreach (((int length, int last), AttentionCase test) in sequences.Zip(cases))
        {
            int start = cache.Add(length);
            KvWrite.Run(cache.Pages, test.K.Tensor, test.V.Tensor, [new BatchChunk(0, length, 0, start, Absorbed: false)], context);
            int first = chunks.Sum(c => c.Count);
            chunks.Add(new BatchChunk(first, last, length - last, start, Absorbed: false));
            test.Q.All[((length - last) * 48)..].CopyTo(q.All[(first * 48)..]);
        }

        Kernels.Attention.Run(cache.Pages, q.Tensor, output.Tensor, shape, chunks.ToArray(), context);
        for (int s = 0; s < cases.Length; s++)
        {
            float[] alone = cases[s].Run(KvType.BF16, context.Context.Features.Isa, 1, [sequences[s].Length]);
            int count = sequences[s].Last * 72;
            BitsAssert.Equal(alone.AsSpan(alone.Length - count), output.All.Slice(chunks[s].FirstRow * 72, count), $"sequence {s}");
            cases[s].Dispose();
        }
    }

    [Fact]
    public void SharedKvHeads_EqualRepeatedKvHeads()
    {
        using AttentionCase grouped = new(new AttentionShape(6, 2, 16, 16, Scale), 100, 500);
        using AttentionCase repeated = new(new AttentionShape(6, 6, 16, 16, Scale), 100, 501);
        grouped.Q.All.CopyTo(repeated.Q.All);
        for (int t = 0; t < 100; t++)
        {
            for (int h = 0; h < 6; h++)
            {
                grouped.K.Tensor.Row(t).Slice(h / 3 * 16, 16).CopyTo(repeated.K.Tensor.Row(t)[(h * 16)..]);
                grouped.V.Tensor.Row(t).Slice(h / 3 * 16, 16).CopyTo(repeated.V.Tensor.Row(t)[(h * 16)..]);
            }
        }

        Isa isa = CpuFeatures.Detect().Isa;
        BitsAssert.Equal(repeated.Run(KvType.F32, isa, 1, [100]), grouped.Run(KvType.F32, isa, 1, [100]), "grouped");
    }

    [Fact]
    public void FutureTokens_DoNotReachAnEarlierOne()
    {
        using AttentionCase test = new(new AttentionShape(4, 2, 16, 16, Scale), 150, 600);
        Isa isa = CpuFeatures.Detect().Isa;
        float[] clean = test.Run(KvType.F32, isa, 1, [150]);
        for (int t = 101; t < 150; t++)
        {
            test.K.Tensor.Row(t).Fill(float.NaN);
            test.V.Tensor.Row(t).Fill(float.PositiveInfinity);
        }

        float[] poisoned = test.Run(KvType.F32, isa, 1, [150]);
        BitsAssert.Equal(clean.AsSpan(0, 101 * 64), poisoned.AsSpan(0, 101 * 64), "tokens 0..100");
        Assert.All(poisoned[(101 * 64)..], v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void LargeScores_NeitherOverflowNorLoseTheLargest()
    {
        // Scores of +-3e4: a kernel that exponentiates before it shifts would overflow.
        using AttentionCase test = new(new AttentionShape(1, 1, 16, 16, 1f), 300, 700, scale: 60);
        float[] got = test.Run(KvType.F32, CpuFeatures.Detect().Isa, 1, [300]);
        for (int t = 0; t < 300; t++)
        {
            int best = Enumerable.Range(0, t + 1).MaxBy(j => Dot(test.Q.Tensor.Row(t), test.K.Tensor.Row(j)));
            double second = Enumerable.Range(0, t + 1).Where(j => j != best).Select(j => Dot(test.Q.Tensor.Row(t), test.K.Tensor.Row(j))).DefaultIfEmpty(double.NegativeInfinity).Max();
            if (Dot(test.Q.Tensor.Row(t), test.K.Tensor.Row(best)) - second > 60)
            {
                for (int d = 0; d < 16; d++)
                {
                    Assert.Equal(test.V.Tensor.Row(best)[d], got[(t * 16) + d], 1e-5f);
                }
            }
        }

        Assert.All(got, v => Assert.True(float.IsFinite(v)));

        static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            double sum = 0;
            for (int i = 0; i < a.Length; i++)
            {
                sum += (double)a[i] * b[i];
            }

            return sum;
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void NoByteOutsideThePages_IsTouched(KvType type)
    {
        foreach ((int keyDim, int valueDim) in (ReadOnlySpan<(int, int)>)[(64, 64), (8, 8), (40, 24)])
        {
            KvLayerLayout layout = KvLayerLayout.MultiHead(type, 1, keyDim, valueDim);
            using AttentionCase test = new(new AttentionShape(2, 1, keyDim, valueDim, Scale), 64, 800);
            using OwnedContext context = KernelContexts.Widest();
            foreach (bool atEnd in (bool[])[true, false])
            {
                using GuardedMemory page = new(layout.PageBytes, atEnd);
                using FloatRows output = new(64, 2 * valueDim);
                int table = 0;
                KvPages pages = new(layout, page.Pointer, layout.PageBytes, &table);
                BatchChunk[] chunks = [new BatchChunk(0, 64, 0, 0, Absorbed: false)];
                KvWrite.Run(pages, test.K.Tensor, test.V.Tensor, chunks, context);
                Kernels.Attention.Run(pages, test.Q.Tensor, output.Tensor, test.Shape, chunks, context);
                BitsAssert.Equal(test.Run(type, context.Context.Features.Isa, 1, [64]), output.All, $"{type}");
            }
        }
    }

    [Fact]
    public void WrongShapes_AreRefused()
    {
        using OwnedContext context = KernelContexts.Create(Isa.Scalar);
        using PagedCache cache = new(KvLayerLayout.MultiHead(KvType.F32, 2, 16, 16), 1);
        using FloatRows q = new(2, 64);
        using FloatRows kv = new(2, 32);
        BatchChunk[] chunks = [new BatchChunk(0, 2, 0, cache.Add(2), Absorbed: false)];
        AttentionShape shape = new(4, 2, 16, 16, 1);
        Kernels.Attention.Run(cache.Pages, q.Tensor, q.Tensor, shape, [], context);
        Assert.Throws<ArgumentException>(() => Kernels.Attention.Run(cache.Pages, kv.Tensor, q.Tensor, shape, chunks, context));
        Assert.Throws<ArgumentException>(() => Kernels.Attention.Run(cache.Pages, q.Tensor, kv.Tensor, shape, chunks, context));
        Assert.Throws<ArgumentException>(() => Kernels.Attention.Run(cache.Pages, q.Tensor, q.Tensor, shape with { NumHeads = 5 }, chunks, context));
        Assert.Throws<ArgumentException>(() => Kernels.Attention.Run(cache.Pages, q.Tensor, q.Tensor, shape with { NumKvHeads = 4 }, chunks, context));
        Assert.Throws<ArgumentException>(() => Kernels.Attention.Run(
            cache.Pages, q.Tensor, q.Tensor, shape, new[] { chunks[0] with { Count = 3 } }, context));
        Assert.Throws<ArgumentException>(() => KvWrite.Run(cache.Pages, q.Tensor, kv.Tensor, chunks, context));
        Assert.Throws<ArgumentException>(() => KvWrite.RunLatent(cache.Pages, kv.Tensor, kv.Tensor, chunks, context));
    }
}
