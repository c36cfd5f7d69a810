using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Tensors of a GGUF file: renamed by <see cref="GgufNames"/>, experts stacked in one 3-D tensor, kv_b whole (old files) or
/// split into a transposed key part and a value part (new files).
/// </summary>
internal sealed class GgufWeights(Checkpoint checkpoint, CpuFeatures features, ActivationType activations)
    : WeightSource(checkpoint, features, activations)
{
    public override TensorInfo? Find(string name)
    {
        string? stored = GgufNames.ToGguf(name);
        if (stored is null)
        {
            return null;
        }

        return Checkpoint.Find(stored)
            ?? (stored.EndsWith(".exp_probs_b.bias", StringComparison.Ordinal) ? Checkpoint.Find(stored[..^".bias".Length]) : null);
    }

    public override ExpertWeights Experts(string prefix, int count, int inner, int hidden)
    {
        WeightMatrix[] down = Stack(prefix + ".down_proj.weight", count, hidden, inner);
        if (Find(prefix + ".gate_up_proj.weight") is null)
        {
            return new ExpertWeights(
                Stack(prefix + ".gate_proj.weight", count, inner, hidden), Stack(prefix + ".up_proj.weight", count, inner, hidden), down);
        }

        WeightMatrix[] both = Stack(prefix + ".gate_up_proj.weight", count, 2 * inner, hidden);
        return new ExpertWeights(
            Array.ConvertAll(both, m => m.Slice(0, inner)), Array.ConvertAll(both, m => m.Slice(inner, inner)), down);
    }

    public override MlaWeights Latent(string prefix, LatentAttentionShape shape)
    {
        string keyName = prefix + ".k_b_proj.weight";
        if (!Has(keyName))
        {
            return MlaWeights.FromKvB(
                shape, FloatMatrix(prefix + ".kv_b_proj.weight", shape.NumHeads * (shape.NopeDim + shape.ValueDim), shape.LatentDim));
        }

        return new MlaWeights(
            shape,
            Stack(keyName, shape.NumHeads, shape.LatentDim, shape.NopeDim, floatActivations: true),
            keyUpTransposed: true,
            Stack(prefix + ".v_b_proj.weight", shape.NumHeads, shape.ValueDim, shape.LatentDim, floatActivations: true));
    }

    internal override string StoredName(string name) => GgufNames.ToGguf(name) ?? name;

    private WeightMatrix[] Stack(string name, int count, int rows, int cols, bool floatActivations = false)
    {
        TensorInfo info = Require(name);
        Check(info, count, rows, cols);
        long bytes = info.ByteLength / count;
        WeightMatrix[] matrices = new WeightMatrix[count];
        for (int i = 0; i < count; i++)
        {
            matrices[i] = Create(info, name, info.Data.Slice(i * bytes, bytes), rows, cols, floatActivations);
        }

        return matrices;
    }
}
