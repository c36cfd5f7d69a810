using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>Tensors of a Hugging Face folder: names as they are, one matrix an expert, FP8 with block scales beside it.</summary>
internal sealed class HuggingFaceWeights(Checkpoint checkpoint, CpuFeatures features, ActivationType activations, (int Rows, int Cols) scaleBlock)
    : WeightSource(checkpoint, features, activations)
{
    protected override (int Rows, int Cols) ScaleBlock => scaleBlock;

    public override TensorInfo? Find(string name) => Checkpoint.Find(name);

    public override ExpertWeights Experts(string prefix, int count, int inner, int hidden)
    {
        WeightMatrix[] gate = new WeightMatrix[count];
        WeightMatrix[] up = new WeightMatrix[count];
        WeightMatrix[] down = new WeightMatrix[count];
        for (int e = 0; e < count; e++)
        {
            gate[e] = Matrix($"{prefix}.{e}.gate_proj.weight", inner, hidden);
            up[e] = Matrix($"{prefix}.{e}.up_proj.weight", inner, hidden);
            down[e] = Matrix($"{prefix}.{e}.down_proj.weight", hidden, inner);
        }

        return new ExpertWeights(gate, up, down);
    }

    public override MlaWeights Latent(string prefix, LatentAttentionShape shape) => MlaWeights.FromKvB(
        shape, FloatMatrix(prefix + ".kv_b_proj.weight", shape.NumHeads * (shape.NopeDim + shape.ValueDim), shape.LatentDim));

    internal override string StoredName(string name) => name;

    protected override TensorInfo? ScalesOf(string name) => Checkpoint.Find(name + "_scale_inv");
}
