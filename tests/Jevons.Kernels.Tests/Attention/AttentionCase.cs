using Jevons.Numerics;

namespace Jevons.Kernels.Tests.Attention;

/// <summary>Random queries, keys and values of one sequence, and the ways to run attention over them.</summary>
internal sealed class AttentionCase : IDisposable
{
    public AttentionCase(AttentionShape shape, int tokens, ulong seed, double scale = 1)
    {
        Shape = shape;
        Tokens = tokens;
        Q = FloatRows.Random(tokens, shape.NumHeads * shape.KeyDim, seed, scale);
        K = FloatRows.Random(tokens, shape.NumKvHeads * shape.KeyDim, seed + 1, scale);
        V = FloatRows.Random(tokens, shape.NumKvHeads * shape.ValueDim, seed + 2);
    }

    public AttentionShape Shape { get; }

    public int Tokens { get; }

    public FloatRows Q { get; }

    public FloatRows K { get; }

    public FloatRows V { get; }

    /// <summary>Writes and attends in pieces of the given lengths, from an empty cache.</summary>
    public float[] Run(KvType type, Isa isa, int workers, IEnumerable<int> pieces, ulong pageSeed = 1)
    {
        using OwnedContext context = KernelContexts.Create(isa, workers);
        using PagedCache cache = new(KvLayerLayout.MultiHead(type, Shape.NumKvHeads, Shape.KeyDim, Shape.ValueDim), (Tokens / 64) + 3, pageSeed);
        cache.Bytes.Fill(0xFF);
        int start = cache.Add(Tokens);
        using FloatRows output = new(Tokens, Shape.NumHeads * Shape.ValueDim);
        int first = 0;
        foreach (int count in pieces)
        {
            BatchChunk[] chunks = [new BatchChunk(first, count, first, start, Absorbed: false)];
            KvWrite.Run(cache.Pages, K.Tensor, V.Tensor, chunks, context);
            Kernels.Attention.Run(cache.Pages, Q.Tensor, output.Tensor, Shape, chunks, context);
            first += count;
        }

        Assert.Equal(Tokens, first);
        return output.All.ToArray();
    }

    /// <summary>The definition in double, and a bound of the error of the f32 kernel for every element.</summary>
    public (double[] Output, double[] Bound) Exact()
    {
        const double U = 1.0 / (1 << 24);
        int perKv = Shape.NumHeads / Shape.NumKvHeads;
        double[] output = new double[Tokens * Shape.NumHeads * Shape.ValueDim];
        double[] bound = new double[output.Length];
        for (int t = 0; t < Tokens; t++)
        {
            for (int h = 0; h < Shape.NumHeads; h++)
            {
                double[] scores = new double[t + 1];
                double scoreError = 0;
                for (int j = 0; j <= t; j++)
                {
                    double magnitude = 0;
                    for (int d = 0; d < Shape.KeyDim; d++)
                    {
                        double product = (double)Q.Tensor.Row(t)[(h * Shape.KeyDim) + d] * K.Tensor.Row(j)[(h / perKv * Shape.KeyDim) + d];
                        scores[j] += product;
                        magnitude += Math.Abs(product);
                    }

                    // KeyDim fused steps, the factor, the shift by the maximum.
                    scoreError = Math.Max(scoreError, Shape.Scale * magnitude * (Shape.KeyDim + 3) * U);
                    scores[j] *= Shape.Scale;
                }

                double largest = scores.Max();
                double[] p = [.. scores.Select(s => Math.Exp(s - largest))];
                double sum = p.Sum();
                for (int d = 0; d < Shape.ValueDim; d++)
                {
                    double value = 0;
                    double magnitude = 0;
                    for (int j = 0; j <= t; j++)
                    {
                        double term = p[j] / sum * V.Tensor.Row(j)[(h / perKv * Shape.ValueDim) + d];
                        value += term;
                        magnitude += Math.Abs(term);
                    }

                    // Relative error of every probability: twice the scores' (numerator and sum), the exponential's 2 ulp and
                    // one factor per page and segment; then one fused step per position and the division.
                    int pages = (t / 64) + 1;
                    double relative = (2 * 2 * scoreError) + ((8 + (6 * pages) + t + 2) * 2 * U);
                    int i = (((t * Shape.NumHeads) + h) * Shape.ValueDim) + d;
                    output[i] = value;
                    bound[i] = relative * magnitude;
                }
            }
        }

        return (output, bound);
    }

    public void Dispose()
    {
        Q.Dispose();
        K.Dispose();
        V.Dispose();
    }
}
