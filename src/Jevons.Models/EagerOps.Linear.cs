using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Products with weights. Rows are rounded once however many matrices read them so.</summary>
public sealed partial class EagerOps
{
    private ActivationRows _prepared;

    /// <inheritdoc/>
    public override Tensor Linear(Tensor x, Linear layer)
    {
        Tensor y = _workspace.Rows(x.Rows, layer.Weights.Rows);
        if (x.Rows > 0)
        {
            MatMul.Run([new MatMulItem(layer.Weights, Prepare(x, [layer]), y)], _context);
            Finish(layer, x, y);
        }

        return y;
    }

    /// <inheritdoc/>
    public override (Tensor First, Tensor Second) Linear(Tensor x, Linear first, Linear second)
    {
        Tensor a = _workspace.Rows(x.Rows, first.Weights.Rows);
        Tensor b = _workspace.Rows(x.Rows, second.Weights.Rows);
        ActivationRows rows = Prepare(x, [first, second]);
        MatMul.Run([new MatMulItem(first.Weights, rows, a), new MatMulItem(second.Weights, rows, b)], _context);
        Finish(first, x, a);
        Finish(second, x, b);
        return (a, b);
    }

    /// <inheritdoc/>
    public override (Tensor First, Tensor Second, Tensor Third) Linear(Tensor x, Linear first, Linear second, Linear third)
    {
        Tensor a = _workspace.Rows(x.Rows, first.Weights.Rows);
        Tensor b = _workspace.Rows(x.Rows, second.Weights.Rows);
        Tensor c = _workspace.Rows(x.Rows, third.Weights.Rows);
        ActivationRows rows = Prepare(x, [first, second, third]);
        MatMul.Run(
            [new MatMulItem(first.Weights, rows, a), new MatMulItem(second.Weights, rows, b), new MatMulItem(third.Weights, rows, c)],
            _context);
        Finish(first, x, a);
        Finish(second, x, b);
        Finish(third, x, c);
        return (a, b, c);
    }

    // The bias, then each adapter's update.
    private void Finish(Linear layer, Tensor x, Tensor y)
    {
        if (layer.Bias is { } bias)
        {
            AddBias.Run(y, bias.Values, y, _context);
        }

        foreach (LowRankUpdate update in layer.Updates)
        {
            Tensor inner = _workspace.Rows(x.Rows, update.A.Rows);                     // [T, r]
            Tensor delta = _workspace.Rows(x.Rows, update.B.Rows);                     // [T, out]
            LowRank.Inner(update, x, inner, _context);
            MatMul.Run(update.B, ActivationRows.Float(inner), delta, _context);
            Kernels.Add.Run(y, delta, y, _context);
        }
    }

    private ActivationRows Prepare(Tensor x, ReadOnlySpan<Linear> readers)
    {
        ActivationRows rows = ActivationRows.Float(x);
        foreach (Linear reader in readers)
        {
            rows = Prepare(x, reader.Weights.Activations);
        }

        return rows;
    }

    // The forms of the rows last asked for are kept, so that a norm's output is rounded once for all its readers.
    private ActivationRows Prepare(Tensor x, ActivationType type)
    {
        ActivationRows rows = x.IsSameView(_prepared.Values) ? _prepared : ActivationRows.Float(x);
        if (rows.Has(type))
        {
            return rows;
        }

        rows = type == ActivationType.Int8 ? _workspace.Quantize(rows, _context) : _workspace.RoundToBFloat16(rows, _context);
        _prepared = rows;
        return rows;
    }

    private void ForgetPrepared() => _prepared = default;
}
