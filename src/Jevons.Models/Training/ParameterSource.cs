using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Hands out f32 copies of a checkpoint's tensors as parameters: whatever the file stores, under the checkpoint's names, one
/// matrix an expert, kv_b whole.
/// </summary>
/// <param name="stored">The file's tensors.</param>
/// <param name="parameters">Takes the copies.</param>
/// <param name="features">Instruction set.</param>
internal sealed class ParameterSource(WeightSource stored, ParameterStore parameters, CpuFeatures features)
    : WeightSource(stored.Checkpoint, features, ActivationType.Float32)
{
    public override TensorInfo? Find(string name) => stored.Find(name);

    public override bool Has(string name) => stored.Has(name);

    public override WeightMatrix Matrix(string name, int rows, int cols) => Copy(name, stored.Matrix, rows, cols);

    public override WeightMatrix FloatMatrix(string name, int rows, int cols) => Copy(name, stored.FloatMatrix, rows, cols);

    public override WeightVector Vector(string name, int length)
    {
        ReadOnlySpan<float> values = stored.Vector(name, length).Values;
        Parameter parameter = parameters.Add(name, 1, length, isVector: true);
        values.CopyTo(parameter.Values.Row(0));
        return parameters.Vector(parameter);
    }

    public override ExpertWeights Experts(string prefix, int count, int inner, int hidden)
    {
        ExpertWeights experts = stored.Experts(prefix, count, inner, hidden);
        WeightMatrix[] Copies(WeightMatrix[] from, string projection) =>
            [.. from.Select((w, e) => Copy($"{prefix}.{e}.{projection}.weight", w))];
        return new ExpertWeights(Copies(experts.Gate, "gate_proj"), Copies(experts.Up, "up_proj"), Copies(experts.Down, "down_proj"));
    }

    public override MlaWeights Latent(string prefix, LatentAttentionShape shape)
    {
        MlaWeights from = stored.Latent(prefix, shape);
        int perHead = shape.NopeDim + shape.ValueDim;
        Parameter kvB = parameters.Add(prefix + ".kv_b_proj.weight", shape.NumHeads * perHead, shape.LatentDim, isVector: false);
        float[] column = new float[shape.NopeDim];
        for (int h = 0; h < shape.NumHeads; h++)
        {
            WeightMatrix key = from.KeyUp(h);
            for (int r = 0; r < key.Rows; r++)
            {
                if (from.KeyUpTransposed)
                {
                    key.DequantizeRow(r, column);
                    for (int i = 0; i < column.Length; i++)
                    {
                        kvB.Values.Row((h * perHead) + i)[r] = column[i];
                    }
                }
                else
                {
                    key.DequantizeRow(r, kvB.Values.Row((h * perHead) + r));
                }
            }

            for (int r = 0; r < shape.ValueDim; r++)
            {
                from.ValueUp(h).DequantizeRow(r, kvB.Values.Row((h * perHead) + shape.NopeDim + r));
            }
        }

        return parameters.Latent(kvB, shape);
    }

    internal override string StoredName(string name) => stored.StoredName(name);

    // Tied weights are asked for twice and are one parameter.
    private WeightMatrix Copy(string name, Func<string, int, int, WeightMatrix> read, int rows, int cols) =>
        parameters.Find(name)?.Matrix ?? Copy(name, read(name, rows, cols));

    private WeightMatrix Copy(string name, WeightMatrix from)
    {
        Parameter parameter = parameters.Add(name, from.Rows, from.Cols, isVector: false);
        for (int r = 0; r < from.Rows; r++)
        {
            from.DequantizeRow(r, parameter.Values.Row(r));
        }

        return parameter.Matrix;
    }
}
