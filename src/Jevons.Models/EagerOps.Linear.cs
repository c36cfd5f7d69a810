using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Products with weights. Rows are quantised once however many quantised matrices read them.</summary>
public sealed partial class EagerOps
{
    private Tensor _quantizedOf;
    private ActivationRows _quantized;

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Linear layer)
    {
        Tensor y = _workspace.Rows(x.Rows, layer.Weights.Rows);
        if (x.Rows > 0)
        {
            MatMul.Run([new MatMulItem(layer.Weights, Prepare(x, layer.Weights.UsesQuantizedActivations), y)], _context);
            AddBiasOf(layer, y);
        }

        return y;
    }

    /// <inheritdoc/>
    public override (Tensor First, Tensor Second) Linear(Tensor x, Linear first, Linear second)
    {
        Tensor a = _workspace.Rows(x.Rows, first.Weights.Rows);
        Tensor b = _workspace.Rows(x.Rows, second.Weights.Rows);
        ActivationRows rows = Prepare(x, first.Weights.UsesQuantizedActivations || second.Weights.UsesQuantizedActivations);
        MatMul.Run([new MatMulItem(first.Weights, rows, a), new MatMulItem(second.Weights, rows, b)], _context);
        AddBiasOf(first, a);
        AddBiasOf(second, b);
        return (a, b);
    }

    /// <inheritdoc/>
    public override (Tensor First, Tensor Second, Tensor Third) Linear(Tensor x, Linear first, Linear second, Linear third)
    {
        Tensor a = _workspace.Rows(x.Rows, first.Weights.Rows);
        Tensor b = _workspace.Rows(x.Rows, second.Weights.Rows);
        Tensor c = _workspace.Rows(x.Rows, third.Weights.Rows);
        bool quantize = first.Weights.UsesQuantizedActivations || second.Weights.UsesQuantizedActivations
            || third.Weights.UsesQuantizedActivations;
        ActivationRows rows = Prepare(x, quantize);
        MatMul.Run(
            [new MatMulItem(first.Weights, rows, a), new MatMulItem(second.Weights, rows, b), new MatMulItem(third.Weights, rows, c)],
            _context);
        AddBiasOf(first, a);
        AddBiasOf(second, b);
        AddBiasOf(third, c);
        return (a, b, c);
    }

    private void AddBiasOf(Linear layer, Tensor y)
    {
        if (layer.Bias is { } bias)
        {
            AddBias.Run(y, bias.Values, y, _context);
        }
    }

    // The int8 form of the rows last asked for is kept, so that a norm's output is quantised once for all its readers.
    private ActivationRows Prepare(Tensor x, bool quantize)
    {
        if (!quantize)
        {
            return ActivationRows.Float(x);
        }

        if (!x.IsSameView(_quantizedOf))
        {
            _quantized = _workspace.Quantize(x, _context);
            _quantizedOf = x;
        }

        return _quantized;
    }

    private void ForgetQuantized() => _quantizedOf = default;
}
