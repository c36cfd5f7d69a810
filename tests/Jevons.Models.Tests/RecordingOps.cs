using Jevons.Kernels;

namespace Jevons.Models.Tests;

/// <summary>Passes every operation on and keeps copies of what the hidden-state goldens hold.</summary>
internal sealed class RecordingOps(Ops inner) : Ops, IDisposable
{
    private Tensor _residual;

    public float[][]? Embedding { get; private set; }

    public float[][]? FirstAttention { get; private set; }

    public List<float[][]> Layers { get; } = [];

    public List<int[]> RoutedExperts { get; } = [];

    public List<float[]> RoutedWeights { get; } = [];

    public override Batch Batch => inner.Batch;

    public override void Begin(Batch batch) => inner.Begin(batch);

    public override void BeginLayer() => inner.BeginLayer();

    public override void EndLayer()
    {
        Layers.Add(ModelBench.Rows(_residual));
        inner.EndLayer();
    }

    public override Tensor Embed(WeightMatrix table)
    {
        Tensor x = inner.Embed(table);
        Embedding = ModelBench.Rows(x);
        return x;
    }

    public override Tensor RmsNorm(Tensor x, WeightVector weight, float eps) => inner.RmsNorm(x, weight, eps);

    public override Tensor HeadRmsNorm(Tensor x, WeightVector weight, float eps) => inner.HeadRmsNorm(x, weight, eps);

    public override Tensor Linear(Tensor x, Linear layer) => inner.Linear(x, layer);

    public override (Tensor First, Tensor Second) Linear(Tensor x, Linear first, Linear second) => inner.Linear(x, first, second);

    public override (Tensor First, Tensor Second, Tensor Third) Linear(Tensor x, Linear first, Linear second, Linear third) =>
        inner.Linear(x, first, second, third);

    public override Tensor Columns(Tensor x, int first, int count) => inner.Columns(x, first, count);

    public override Tensor Concatenate(Tensor left, Tensor right) => inner.Concatenate(left, right);

    public override Tensor Rope(Tensor x, RotaryEmbedding rope, int headDim, int offset) => inner.Rope(x, rope, headDim, offset);

    public override Tensor Attention(int layer, Tensor q, Tensor k, Tensor v, AttentionShape shape) =>
        First(inner.Attention(layer, q, k, v, shape));

    public override Tensor LatentAttention(
        int layer, Tensor q, Tensor latent, Tensor keyRope, MlaWeights weights, LatentAttentionShape shape) =>
        First(inner.LatentAttention(layer, q, latent, keyRope, weights, shape));

    public override Tensor SwiGlu(Tensor gate, Tensor up) => inner.SwiGlu(gate, up);

    public override Routing Route(Tensor scores, RouterShape shape, WeightVector? bias)
    {
        Routing routing = inner.Route(scores, shape, bias);
        RoutedExperts.Add(routing.Experts.ToArray());
        RoutedWeights.Add(routing.Weights.ToArray());
        return routing;
    }

    public override Tensor Experts(Tensor x, Routing routing, ExpertWeights experts) => inner.Experts(x, routing, experts);

    public override Tensor Add(Tensor x, Tensor delta) => _residual = inner.Add(x, delta);

    public override Tensor OutputRows(Tensor x) => inner.OutputRows(x);

    public void Dispose()
    {
        Embedding = null;
        Layers.Clear();
    }

    private Tensor First(Tensor o)
    {
        FirstAttention ??= ModelBench.Rows(o);
        return o;
    }
}
