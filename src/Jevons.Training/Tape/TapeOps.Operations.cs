using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <content>The operations, as the models call them: memory for the result, then the record.</content>
public sealed partial class TapeOps
{
    private readonly TapeAngles _angles = new();

    internal TapeAngles Angles => _angles;

    /// <inheritdoc/>
    public override Tensor Embed(WeightMatrix table)
    {
        Tensor y = Rows(Batch.Count, table.Cols);
        Record(new EmbedOperation(table, Batch, y));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor RmsNorm(Tensor x, WeightVector weight, float eps)
    {
        Tensor y = Rows(x.Rows, x.Cols);
        Record(new RmsNormOperation(x, x.Cols, weight, eps, y));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor HeadRmsNorm(Tensor x, WeightVector weight, float eps)
    {
        Tensor y = Rows(x.Rows, x.Cols);
        Record(new RmsNormOperation(x, weight.Length, weight, eps, y));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Linear layer)
    {
        Tensor y = Rows(x.Rows, layer.Weights.Rows);
        if (x.Rows > 0)
        {
            Record(new LinearOperation(x, layer, y));
            foreach (LowRankUpdate update in layer.Updates)
            {
                Record(new LowRankOperation(x, update, Rows(x.Rows, update.A.Rows), y));
            }
        }

        return y;
    }

    /// <inheritdoc/>
    public override (Tensor First, Tensor Second) Linear(Tensor x, Linear first, Linear second) =>
        (Linear(x, first), Linear(x, second));

    /// <inheritdoc/>
    public override (Tensor First, Tensor Second, Tensor Third) Linear(Tensor x, Linear first, Linear second, Linear third) =>
        (Linear(x, first), Linear(x, second), Linear(x, third));

    /// <inheritdoc/>
    public override Tensor Columns(Tensor x, int first, int count) => x.Columns(first, count);

    /// <inheritdoc/>
    public override Tensor Concatenate(Tensor left, Tensor right)
    {
        Tensor y = Rows(left.Rows, left.Cols + right.Cols);
        Record(new ConcatenateOperation(left, right, y));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Rope(Tensor x, RotaryEmbedding rope, int headDim, int offset)
    {
        Record(new RopeOperation(x, rope, headDim, offset));
        return x;
    }

    /// <inheritdoc/>
    public override Tensor Attention(int layer, Tensor q, Tensor k, Tensor v, AttentionShape shape)
    {
        Tensor y = Rows(q.Rows, shape.NumHeads * shape.ValueDim);
        Record(new AttentionOperation(q, k, v, shape, y));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor LatentAttention(
        int layer, Tensor q, Tensor latent, Tensor keyRope, MlaWeights weights, LatentAttentionShape shape)
    {
        Tensor y = Rows(q.Rows, shape.NumHeads * shape.ValueDim);
        Record(new LatentAttentionOperation(q, latent, keyRope, weights, y));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor SwiGlu(Tensor gate, Tensor up)
    {
        Tensor y = Rows(gate.Rows, gate.Cols);
        Record(new SwiGluOperation(gate, up, y));
        return y;
    }

    /// <inheritdoc/>
    public override Routing Route(Tensor scores, RouterShape shape, WeightVector? bias)
    {
        RouteOperation operation = new(scores, shape, bias);
        Record(operation);
        return operation.Routing;
    }

    /// <inheritdoc/>
    public override Tensor Experts(Tensor x, Routing routing, ExpertWeights experts)
    {
        RouteOperation route = (RouteOperation)Pass.Layers[^1].Operations.Last(o => o is RouteOperation r && ReferenceEquals(r.Routing, routing));
        int pairs = routing.Experts.Length;
        Tensor y = Rows(x.Rows, x.Cols);
        Record(new ExpertsOperation(
            x,
            route,
            experts,
            Rows(pairs, x.Cols),
            Rows(pairs, experts.IntermediateSize),
            Rows(pairs, experts.IntermediateSize),
            Rows(pairs, experts.IntermediateSize),
            Rows(pairs, x.Cols),
            y));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor Add(Tensor x, Tensor delta)
    {
        bool own = _layer is not null && _layer.Memory.Contains(x);
        Tensor y = own ? x : Pass.StreamRows(x.Rows, x.Cols);
        Record(new AddOperation(x, delta, y, sharesGradient: own || Pass.IsStream(x)));
        return y;
    }

    /// <inheritdoc/>
    public override Tensor OutputRows(Tensor x)
    {
        ReadOnlySpan<int> rows = Batch.OutputRows;
        return rows.Length == x.Rows ? x : Gather(x, rows.ToArray());
    }

    /// <summary>Some rows, in any order, a row any number of times: the hidden rows that the draft layer reads.</summary>
    /// <param name="x">[T, D].</param>
    /// <param name="rows">R row numbers.</param>
    /// <returns>[R, D].</returns>
    public Tensor Gather(Tensor x, int[] rows)
    {
        Tensor y = Rows(rows.Length, x.Cols);
        if (rows.Length > 0)
        {
            Record(new GatherOperation(x, rows, y));
        }

        return y;
    }
}
