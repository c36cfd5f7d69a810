using Jevons.Kernels.Tests.MatMul;
using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Attention;

/// <summary>Random latents, queries and up-projections of one latent-attention sequence.</summary>
internal sealed class MlaCase : IDisposable
{
    private readonly AlignedMemory _kvB;
    private readonly AlignedMemory _transposed;

    public MlaCase(LatentAttentionShape shape, int tokens, TensorType type, ulong seed)
    {
        Shape = shape;
        Tokens = tokens;
        QNopeRope = FloatRows.Random(tokens, shape.NumHeads * (shape.NopeDim + shape.RopeDim), seed);
        Latent = FloatRows.Random(tokens, shape.LatentDim, seed + 1);
        KPe = FloatRows.Random(tokens, shape.RopeDim, seed + 2);
        int perHead = shape.NopeDim + shape.ValueDim;
        long rowBytes = TensorTypes.ByteCount(type, shape.LatentDim);
        _kvB = new AlignedMemory(rowBytes * shape.NumHeads * perHead);
        if (type == TensorType.F32)
        {
            FloatRows.Fill(_kvB.AsSpan<float>(0, shape.NumHeads * perHead * shape.LatentDim), seed + 3, 1 / Math.Sqrt(shape.LatentDim));
        }
        else
        {
            RandomWeights.Fill(type, _kvB.AsSpan<byte>(0, (int)_kvB.Length), new SeededRandom(seed + 3));
        }

        KvB = WeightMatrix.Create(type, shape.NumHeads * perHead, shape.LatentDim, _kvB.Region, CpuFeatures.Detect(), ActivationType.Int8);
        Weights = MlaWeights.FromKvB(shape, KvB);

        // The same numbers in the other layout: f32 [LatentDim, NopeDim] per head.
        _transposed = new AlignedMemory(4L * shape.NumHeads * shape.LatentDim * shape.NopeDim);
        Matrix = new float[shape.NumHeads * perHead][];
        for (int r = 0; r < Matrix.Length; r++)
        {
            Matrix[r] = new float[shape.LatentDim];
            KvB.DequantizeRow(r, Matrix[r]);
        }

        Span<float> transposed = _transposed.AsSpan<float>(0, shape.NumHeads * shape.LatentDim * shape.NopeDim);
        for (int h = 0; h < shape.NumHeads; h++)
        {
            for (int l = 0; l < shape.LatentDim; l++)
            {
                for (int n = 0; n < shape.NopeDim; n++)
                {
                    transposed[(((h * shape.LatentDim) + l) * shape.NopeDim) + n] = Matrix[(h * perHead) + n][l];
                }
            }
        }

        WeightMatrix all = WeightMatrix.Create(
            TensorType.F32, shape.NumHeads * shape.LatentDim, shape.NopeDim, _transposed.Region, CpuFeatures.Detect(), ActivationType.Int8);
        TransposedWeights = new MlaWeights(
            shape,
            [.. Enumerable.Range(0, shape.NumHeads).Select(h => all.Slice(h * shape.LatentDim, shape.LatentDim))],
            keyUpTransposed: true,
            [.. Enumerable.Range(0, shape.NumHeads).Select(h => Weights.ValueUp(h))]);
    }

    public LatentAttentionShape Shape { get; }

    public int Tokens { get; }

    public FloatRows QNopeRope { get; }

    public FloatRows Latent { get; }

    public FloatRows KPe { get; }

    public WeightMatrix KvB { get; }

    public float[][] Matrix { get; }

    public MlaWeights Weights { get; }

    public MlaWeights TransposedWeights { get; }

    public float[] Expanded(MlaWeights weights, KvType type, Isa isa, int workers, IEnumerable<int> pieces) =>
        Run(weights, type, isa, workers, pieces, absorbed: false);

    public float[] Absorbed(MlaWeights weights, KvType type, Isa isa, int workers, IEnumerable<int> pieces) =>
        Run(weights, type, isa, workers, pieces, absorbed: true);

    /// <summary>The definition in double on the cached (rounded) values given by <paramref name="round"/>.</summary>
    public double[] Exact(Func<float, float> round)
    {
        int keyDim = Shape.NopeDim + Shape.RopeDim;
        int perHead = Shape.NopeDim + Shape.ValueDim;
        double[] output = new double[Tokens * Shape.NumHeads * Shape.ValueDim];
        for (int h = 0; h < Shape.NumHeads; h++)
        {
            double[][] up = new double[Tokens][];
            for (int t = 0; t < Tokens; t++)
            {
                up[t] = new double[perHead];
                for (int r = 0; r < perHead; r++)
                {
                    for (int l = 0; l < Shape.LatentDim; l++)
                    {
                        up[t][r] += (double)Matrix[(h * perHead) + r][l] * round(Latent.Tensor.Row(t)[l]);
                    }
                }
            }

            for (int t = 0; t < Tokens; t++)
            {
                double[] scores = new double[t + 1];
                for (int j = 0; j <= t; j++)
                {
                    for (int d = 0; d < keyDim; d++)
                    {
                        double key = d < Shape.NopeDim ? up[j][d] : round(KPe.Tensor.Row(j)[d - Shape.NopeDim]);
                        scores[j] += QNopeRope.Tensor.Row(t)[(h * keyDim) + d] * key;
                    }

                    scores[j] *= Shape.Scale;
                }

                double largest = scores.Max();
                double sum = scores.Sum(s => Math.Exp(s - largest));
                for (int j = 0; j <= t; j++)
                {
                    double p = Math.Exp(scores[j] - largest) / sum;
                    for (int d = 0; d < Shape.ValueDim; d++)
                    {
                        output[(((t * Shape.NumHeads) + h) * Shape.ValueDim) + d] += p * up[j][Shape.NopeDim + d];
                    }
                }
            }
        }

        return output;
    }

    public void Dispose()
    {
        QNopeRope.Dispose();
        Latent.Dispose();
        KPe.Dispose();
        _kvB.Dispose();
        _transposed.Dispose();
    }

    private float[] Run(MlaWeights weights, KvType type, Isa isa, int workers, IEnumerable<int> pieces, bool absorbed)
    {
        using OwnedContext context = KernelContexts.Create(isa, workers);
        using PagedCache cache = new(KvLayerLayout.Latent(type, Shape.LatentDim, Shape.RopeDim), (Tokens / 64) + 2);
        cache.Bytes.Fill(0xFF);
        int start = cache.Add(Tokens);
        int keyDim = Shape.NopeDim + Shape.RopeDim;
        using FloatRows output = new(Tokens, Shape.NumHeads * Shape.ValueDim);
        using FloatRows qLatent = new(Tokens, Shape.NumHeads * Shape.LatentDim);
        using FloatRows oLatent = new(Tokens, Shape.NumHeads * Shape.LatentDim);
        Tensor q = QNopeRope.Tensor;
        int first = 0;
        foreach (int count in pieces)
        {
            BatchChunk[] chunks = [new BatchChunk(first, count, first, start, absorbed)];
            KvWrite.RunLatent(cache.Pages, Latent.Tensor, KPe.Tensor, chunks, context);
            if (absorbed)
            {
                BatchChunk[] own = [chunks[0] with { FirstRow = 0 }];
                Tensor piece = q.RowRange(first, count);
                LatentAttention.AbsorbQuery(weights, piece, keyDim, qLatent.Tensor.RowRange(0, count), context);
                Tensor qPe = piece.Columns(Shape.NopeDim, q.Cols - Shape.NopeDim);
                LatentAttention.RunAbsorbed(cache.Pages, qLatent.Tensor.RowRange(0, count), qPe, keyDim, oLatent.Tensor.RowRange(0, count), Shape, own, context);
                LatentAttention.ExpandOutput(weights, oLatent.Tensor.RowRange(0, count), output.Tensor.RowRange(first, count), context);
            }
            else
            {
                LatentAttention.RunExpanded(cache.Pages, q, output.Tensor, weights, chunks, context);
            }

            first += count;
        }

        Assert.Equal(Tokens, first);
        return output.All.ToArray();
    }
}
