using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// y = sum over the chosen experts e, ids ascending, of w_e down_e(swiglu(gate_e x, up_e x)), rows grouped by expert. Back:
/// dout = w_e dy and dw_e = dy . out_e, then each expert's three products as in <see cref="LinearOperation"/> over its own rows.
/// An expert that no row chose keeps its gradient.
/// </summary>
internal sealed class ExpertsOperation(
    Tensor x, RouteOperation route, ExpertWeights experts, Tensor grouped, Tensor gate, Tensor up, Tensor inner, Tensor outputs, Tensor y)
    : TapeOperation
{
    private readonly int[] _offsets = new int[experts.Count + 1];
    private readonly int[] _pairs = new int[route.Routing.Experts.Length];
    private readonly int[] _rows = new int[route.Routing.Experts.Length];

    public override void Forward(TapeOps tape)
    {
        Routing routing = route.Routing;
        ExpertPlan.Build(routing.Experts, routing.TopK, experts.Count, _offsets, _pairs, _rows);
        ExpertPlan.Gather(x, _pairs, routing.TopK, grouped, tape.Context);                             // [T * k, D]
        List<MatMulItem> items = [];
        AddItems(items, experts.Gate, grouped, gate);                                                  // [T * k, F]
        AddItems(items, experts.Up, grouped, up);
        MatMul.Run([.. items], tape.Context);
        SwiGlu.Run(gate, up, inner, tape.Context);
        items.Clear();
        AddItems(items, experts.Down, inner, outputs);                                                 // [T * k, D]
        MatMul.Run([.. items], tape.Context);
        y.Clear();
        ExpertPlan.Combine(outputs, _rows, routing.Weights, routing.TopK, y, tape.Context);
    }

    public override void Backward(TapeOps tape)
    {
        Routing routing = route.Routing;
        Tensor doutputs = tape.Gradient(outputs);
        ExpertPlan.CombineBackward(outputs, _rows, routing.Weights, routing.TopK, tape.Gradient(y), doutputs, route.DWeights, tape.Context);
        Tensor dinner = tape.Gradient(inner);
        AddBack(tape, experts.Down, inner, doutputs, dinner);
        Tensor dgate = tape.Gradient(gate);
        Tensor dup = tape.Gradient(up);
        SwiGlu.Backward(gate, up, dinner, dgate, dup, tape.Context);
        Tensor dgrouped = tape.Gradient(grouped);
        AddBack(tape, experts.Gate, grouped, dgate, dgrouped);
        AddBack(tape, experts.Up, grouped, dup, dgrouped);
        ExpertPlan.GatherBackward(dgrouped, _rows, routing.TopK, tape.Gradient(x), tape.Context);
    }

    private void AddItems(List<MatMulItem> items, WeightMatrix[] weights, Tensor from, Tensor to)
    {
        for (int e = 0; e < weights.Length; e++)
        {
            int length = _offsets[e + 1] - _offsets[e];
            if (length > 0)
            {
                items.Add(new MatMulItem(weights[e], ActivationRows.Float(from.RowRange(_offsets[e], length)), to.RowRange(_offsets[e], length)));
            }
        }
    }

    private void AddBack(TapeOps tape, WeightMatrix[] weights, Tensor from, Tensor dto, Tensor dfrom)
    {
        for (int e = 0; e < weights.Length; e++)
        {
            int first = _offsets[e];
            int length = _offsets[e + 1] - first;
            if (length > 0)
            {
                tape.AddBack(weights[e], from.RowRange(first, length), dto.RowRange(first, length), dfrom.RowRange(first, length));
            }
        }
    }
}
