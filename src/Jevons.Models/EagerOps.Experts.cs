using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Mixture of experts: rows are grouped by expert, so that each expert's matrices are read once a batch.</summary>
public sealed partial class EagerOps
{
    private readonly Routing _routing = new();
    private MatMulItem[] _items = [];
    private int[] _expertOffsets = [];
    private int[] _expertPairs = [];
    private int[] _expertRows = [];

    /// <inheritdoc/>
    public override Routing Route(Tensor scores, RouterShape shape, WeightVector? bias)
    {
        _routing.Resize(scores.Rows, shape.TopK);
        Router.Run(scores, bias is null ? [] : bias.Values, shape, _routing.Experts, _routing.Weights, _context);
        return _routing;
    }

    /// <inheritdoc/>
    public override Tensor Experts(Tensor x, Routing routing, ExpertWeights experts)
    {
        int pairs = routing.Experts.Length;
        Reserve(experts.Count, pairs);
        ReadOnlySpan<int> offsets = _expertOffsets.AsSpan(0, experts.Count + 1);
        ExpertPlan.Build(
            routing.Experts, routing.TopK, experts.Count, _expertOffsets.AsSpan(0, experts.Count + 1), _expertPairs.AsSpan(0, pairs), _expertRows.AsSpan(0, pairs));

        Tensor grouped = _workspace.Rows(pairs, x.Cols);                                       // [T * k, D]
        ExpertPlan.Gather(x, _expertPairs.AsSpan(0, pairs), routing.TopK, grouped, _context);
        Tensor gate = _workspace.Rows(pairs, experts.IntermediateSize);                        // [T * k, F]
        Tensor up = _workspace.Rows(pairs, experts.IntermediateSize);
        int count = AddItems(0, experts.Gate, grouped, gate, offsets);
        count = AddItems(count, experts.Up, grouped, up, offsets);
        MatMul.Run(_items.AsSpan(0, count), _context);

        Tensor inner = SwiGlu(gate, up);
        Tensor outputs = _workspace.Rows(pairs, x.Cols);                                       // [T * k, D]
        MatMul.Run(_items.AsSpan(0, AddItems(0, experts.Down, inner, outputs, offsets)), _context);

        Tensor y = _workspace.Rows(x.Rows, x.Cols);
        y.Clear();
        ExpertPlan.Combine(outputs, _expertRows.AsSpan(0, pairs), routing.Weights, routing.TopK, y, _context);
        return y;
    }

    private int AddItems(int count, WeightMatrix[] weights, Tensor x, Tensor y, ReadOnlySpan<int> offsets)
    {
        ActivationRows rows = Prepare(x, weights[0].Activations);
        for (int e = 0; e < weights.Length; e++)
        {
            int first = offsets[e];
            int length = offsets[e + 1] - first;
            if (length > 0)
            {
                _items[count++] = new MatMulItem(weights[e], rows.RowRange(first, length), y.RowRange(first, length));
            }
        }

        return count;
    }

    private void Reserve(int experts, int pairs)
    {
        if (_expertOffsets.Length < experts + 1)
        {
            _expertOffsets = new int[experts + 1];
            _items = new MatMulItem[2 * experts];
        }

        if (_expertPairs.Length < pairs)
        {
            _expertPairs = new int[pairs];
            _expertRows = new int[pairs];
        }
    }
}
