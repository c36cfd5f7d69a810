using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Hands out a checkpoint's tensors under their checkpoint names, as kernels want them: matrices read in place, vectors
/// widened to f32, experts one by one, kv_b per head. The two implementations differ in how names and layouts are stored.
/// </summary>
internal abstract class WeightSource
{
    private readonly CpuFeatures _features;
    private readonly ActivationType _activations;

    protected WeightSource(Checkpoint checkpoint, CpuFeatures features, ActivationType activations)
    {
        Checkpoint = checkpoint;
        _features = features;
        _activations = activations;
    }

    public Checkpoint Checkpoint { get; }

    /// <summary>Adapters that linear layers take their updates from, or null.</summary>
    public AdapterSet? Adapters { get; init; }

    /// <summary>The tensor that holds a checkpoint tensor, or null.</summary>
    public abstract TensorInfo? Find(string name);

    /// <summary>The routed experts of one mixture layer.</summary>
    public abstract ExpertWeights Experts(string prefix, int count, int inner, int hidden);

    /// <summary>kv_b: per head the rows that make k_nope and v from the latent.</summary>
    public abstract MlaWeights Latent(string prefix, LatentAttentionShape shape);

    public virtual bool Has(string name) => Find(name) is not null;

    /// <summary>A matrix that meets int8 activations when it is quantised, unless the model runs exactly, and bfloat16 when the model is asked to.</summary>
    public virtual WeightMatrix Matrix(string name, int rows, int cols) => Matrix(name, rows, cols, floatActivations: false);

    /// <summary>
    /// A matrix that meets f32 activations in every mode. The latent's projections and the vocabulary's are few of a model's
    /// multiply-adds but much of its rounding noise: the one is summed over in every score, the other is the result itself.
    /// </summary>
    public virtual WeightMatrix FloatMatrix(string name, int rows, int cols) => Matrix(name, rows, cols, floatActivations: true);

    /// <summary>W at prefix.weight and, when the file has one, b at prefix.bias.</summary>
    public Linear Linear(string prefix, int rows, int cols)
    {
        string name = prefix + ".weight";
        string bias = prefix + ".bias";
        return new Linear(name, Matrix(name, rows, cols), Has(bias) ? Vector(bias, rows) : null, Adapters?.UpdatesOf(prefix, rows, cols));
    }

    public FeedForward FeedForward(string prefix, int inner, int hidden) => new(
        Linear(prefix + ".gate_proj", inner, hidden), Linear(prefix + ".up_proj", inner, hidden), Linear(prefix + ".down_proj", hidden, inner));

    public virtual WeightVector Vector(string name, int length)
    {
        TensorInfo info = Require(name);
        Check(info, length);
        RequireWeights(info);
        float[] values = new float[length];
        Dequantize.Row(info.Type, info.Data.AsSpan(), values);
        return new WeightVector(values);
    }

    /// <summary>The vocabulary projection: lm_head, or the embedding table when the two are tied.</summary>
    public Linear Output(int vocab, int hidden, bool tied)
    {
        string name = tied || !Has("lm_head.weight") ? "model.embed_tokens.weight" : "lm_head.weight";
        return new Linear(name, FloatMatrix(name, vocab, hidden));
    }

    protected TensorInfo Require(string name) => Find(name) ?? throw new InvalidDataException(
        $"{Checkpoint.Path}: tensor {StoredName(name)} is missing; the file is incomplete or not of this architecture");

    internal abstract string StoredName(string name);

    /// <summary>Scales of a block-scaled FP8 matrix, or null.</summary>
    protected virtual TensorInfo? ScalesOf(string name) => null;

    /// <summary>Rows and columns of an FP8 scale block.</summary>
    protected virtual (int Rows, int Cols) ScaleBlock => (128, 128);

    protected WeightMatrix Create(TensorInfo info, string name, MemoryRegion data, int rows, int cols, bool floatActivations)
    {
        RequireWeights(info);
        if (info.Type != TensorType.F8_E4M3)
        {
            return WeightMatrix.Create(info.Type, rows, cols, data, _features, floatActivations ? ActivationType.Float32 : _activations);
        }

        TensorInfo scales = ScalesOf(name) ?? throw new InvalidDataException(
            $"{info.File}: {info.Name} is FP8 but {info.Name}_scale_inv is missing; FP8 weights need the scales of their blocks");
        (int blockRows, int blockCols) = ScaleBlock;
        int scaleRows = (rows + blockRows - 1) / blockRows;
        int scaleCols = (cols + blockCols - 1) / blockCols;
        Check(scales, scaleRows, scaleCols);
        if (scales.Type != TensorType.F32)
        {
            throw new InvalidDataException($"{scales.File}: {scales.Name} is {scales.TypeName}, expected F32 block scales");
        }

        return WeightMatrix.CreateFloat8(rows, cols, data, scales.Data, scaleRows, scaleCols, _features, blockRows, blockCols);
    }

    protected static void Check(TensorInfo info, params ReadOnlySpan<int> expected)
    {
        bool same = info.Shape.Length == expected.Length;
        for (int i = 0; same && i < expected.Length; i++)
        {
            same = info.Shape[i] == expected[i];
        }

        if (!same)
        {
            string wanted = string.Join(", ", expected.ToArray());
            throw new InvalidDataException(
                $"{info.File}: {info.Name} has shape [{string.Join(", ", info.Shape)}], the configuration asks for [{wanted}]");
        }
    }

    private static void RequireWeights(TensorInfo info)
    {
        if (!Dequantize.IsSupported(info.Type))
        {
            throw new InvalidDataException($"{info.File}: {info.Name} is {info.TypeName}, which holds no weights; expected a float or quantised type");
        }
    }

    private WeightMatrix Matrix(string name, int rows, int cols, bool floatActivations)
    {
        TensorInfo info = Require(name);
        Check(info, rows, cols);
        return Create(info, name, info.Data, rows, cols, floatActivations);
    }
}
