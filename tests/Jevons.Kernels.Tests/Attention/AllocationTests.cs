using Jevons.Kernels.Tests.Elementwise;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Attention;

/// <summary>Warmed-up kernels allocate nothing. The count is the process's, so these tests run while no other does.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    [Fact]
    public void ElementwiseKernels_AllocateNothing()
    {
        using FloatRows a = FloatRows.Random(40, 1000, 51);
        using FloatRows b = FloatRows.Random(40, 1000, 52);
        using FloatRows y = new(40, 1000);
        using OwnedContext context = KernelContexts.Widest(3);
        using FloatRows first = new(40, 1000);
        using FloatRows second = new(40, 1000);
        float[] ones = [.. Enumerable.Repeat(1f, 40)];
        double[] sums = new double[40];

        // The common list makes buffers of its own for these two.
        Dictionary<string, ElementwiseTests.Kernel> kernels = new(ElementwiseTests.Kernels, StringComparer.Ordinal)
        {
            ["adamW"] = (x, g, p, c) => AdamWStep.Run(p, g, 0.5f, first.Tensor, second.Tensor, AdamWFactors.Of(3, 0.01, 0.1, 0.9, 0.99, 1e-8), c),
            ["tokenDivergence"] = (x, t, s, c) => TokenDivergence.Run(s, t, 0.3f, ones, sums, c),
        };
        foreach ((string name, ElementwiseTests.Kernel kernel) in kernels)
        {
            Allocation.AssertNone(name, () => kernel(a.Tensor, b.Tensor, y.Tensor, context));
        }
    }

    [Fact]
    public void DecodeAndPrompt_AllocateNothing()
    {
        AttentionShape shape = new(4, 2, 32, 32, 0.3f);
        using AttentionCase test = new(shape, 700, 900);
        using OwnedContext context = KernelContexts.Widest(3);
        foreach (KvType type in Enum.GetValues<KvType>())
        {
            using PagedCache cache = new(KvLayerLayout.MultiHead(type, 2, 32, 32), 12);
            using FloatRows output = new(700, 4 * 32);
            int start = cache.Add(700);
            BatchChunk[] prompt = [new BatchChunk(0, 150, 0, start, Absorbed: false)];
            BatchChunk[] decode = [new BatchChunk(699, 1, 699, start, Absorbed: false)];
            Allocation.AssertNone($"{type}", () =>
            {
                foreach (BatchChunk[] chunks in (ReadOnlySpan<BatchChunk[]>)[prompt, decode])
                {
                    KvWrite.Run(cache.Pages, test.K.Tensor, test.V.Tensor, chunks, context);
                    Kernels.Attention.Run(cache.Pages, test.Q.Tensor, output.Tensor, shape, chunks, context);
                }
            });
        }
    }

    [Fact]
    public void LatentAttention_AllocatesNothing()
    {
        LatentAttentionShape shape = new(3, 16, 8, 32, 24, 0.25f);
        using MlaCase test = new(shape, 130, TensorType.Q8_0, 60);
        using OwnedContext context = KernelContexts.Widest(3);
        using PagedCache cache = new(KvLayerLayout.Latent(KvType.F16, 32, 8), 4);
        int start = cache.Add(130);
        using FloatRows output = new(130, 3 * 24);
        using FloatRows qLatent = new(1, 3 * 32);
        using FloatRows oLatent = new(1, 3 * 32);
        BatchChunk[] prompt = [new BatchChunk(0, 129, 0, start, Absorbed: false)];
        BatchChunk[] decode = [new BatchChunk(129, 1, 129, start, Absorbed: true)];
        BatchChunk[] own = [decode[0] with { FirstRow = 0 }];
        Allocation.AssertNone("latent attention", () =>
        {
            KvWrite.RunLatent(cache.Pages, test.Latent.Tensor, test.KPe.Tensor, prompt, context);
            LatentAttention.RunExpanded(cache.Pages, test.QNopeRope.Tensor, output.Tensor, test.Weights, prompt, context);
            Tensor q = test.QNopeRope.Tensor.RowRange(129, 1);
            KvWrite.RunLatent(cache.Pages, test.Latent.Tensor, test.KPe.Tensor, decode, context);
            LatentAttention.AbsorbQuery(test.Weights, q, 24, qLatent.Tensor, context);
            LatentAttention.RunAbsorbed(cache.Pages, qLatent.Tensor, q.Columns(16, 56), 24, oLatent.Tensor, shape, own, context);
            LatentAttention.ExpandOutput(test.Weights, oLatent.Tensor, output.Tensor.RowRange(129, 1), context);
        });
    }

    [Fact]
    public void Routing_AllocatesNothing()
    {
        RouterShape shape = new(256, 8, 8, 4, RouterScoring.Sigmoid, NormTopKProb: true, 2.5f);
        using FloatRows logits = FloatRows.Random(50, 256, 110);
        float[] bias = new float[256];
        int[] ids = new int[400];
        float[] weights = new float[400];
        using OwnedContext context = KernelContexts.Widest(3);
        Allocation.AssertNone("routing", () => Router.Run(logits.Tensor, bias, shape, ids, weights, context));
    }

    [Fact]
    public void GrowingContext_AllocatesNothingAfterReserve()
    {
        // From one segment to three, where partial results of segments are shared out: the scratch must not grow on the way.
        AttentionShape shape = new(2, 1, 16, 16, 0.25f);
        using AttentionCase test = new(shape, 1200, 950);
        using OwnedContext context = KernelContexts.Widest(4);
        using PagedCache cache = new(KvLayerLayout.MultiHead(KvType.F16, 1, 16, 16), 20);
        using FloatRows output = new(1200, 32);
        BatchChunk[] chunks = [new BatchChunk(0, 1, 0, cache.Add(1200), Absorbed: false)];
        Kernels.Attention.Reserve(cache.Layout, shape, 64, 8, 1200, context);
        Step(0);
        Step(1100);
        int next = 0;
        Allocation.AssertNone("256 decode steps", () =>
        {
            for (int i = 0; i < 32; i++)
            {
                Step(500 + (next++ % 600));
            }
        });

        void Step(int position)
        {
            chunks[0] = chunks[0] with { FirstRow = position, FirstPosition = position };
            KvWrite.Run(cache.Pages, test.K.Tensor, test.V.Tensor, chunks, context);
            Kernels.Attention.Run(cache.Pages, test.Q.Tensor, output.Tensor, shape, chunks, context);
        }
    }
}
