using Jevons.Kernels.Products;
using Jevons.Numerics;

namespace Jevons.Kernels.Generated;

/// <summary>
/// The float product with generated tiles: over stored rows for the tokens of a decode step, over strips for more. All else is the
/// intrinsic product's, and so are the bits; where a probe finds others when the product is first used, the intrinsic one does all.
/// </summary>
/// <param name="rows">What stored rows hold.</param>
/// <param name="elementBytes">Bytes of a stored element.</param>
/// <param name="plain">The product on 512-bit intrinsics.</param>
/// <param name="isAccepted">Decides whether the tiles are used, once; null for the probe of this process.</param>
internal sealed unsafe class GeneratedFloatProduct(TileRows rows, int elementBytes, FloatProduct plain, Func<bool>? isAccepted = null) : FloatProduct
{
    private static readonly GeneratedStrips s_strips = new(TileRows.Float32);
    private readonly StoredTiles _stored = new(rows, elementBytes);
    private readonly Lazy<bool> _isAccepted = new(isAccepted ?? (() => Probe(rows, elementBytes, plain)));

    /// <inheritdoc/>
    public override int GroupTokens => Strips.GroupTokens;

    private StripProduct Strips => _isAccepted.Value ? s_strips : plain;

    /// <inheritdoc/>
    public override bool TryMultiplyStored(byte* w, int rows, int cols, Tensor x, float* y, long yStride)
    {
        if (!_isAccepted.Value)
        {
            return plain.TryMultiplyStored(w, rows, cols, x, y, yStride);
        }

        if (x.Rows > StoredTiles.MostTokens)
        {
            return false;
        }

        int done = cols % Lanes == 0 ? rows / FloatTileCode.Rows * FloatTileCode.Rows : 0;
        _stored.Multiply(w, done, cols, x, y, yStride, s_strips);
        for (int t = 0; t < x.Rows && done < rows; t += FewTokens)
        {
            Tensor few = x.RowRange(t, Math.Min(FewTokens, x.Rows - t));
            plain.TryMultiplyStored(w + ((long)done * cols * elementBytes), rows - done, cols, few, y + (t * yStride) + done, yStride);
        }

        return true;
    }

    /// <inheritdoc/>
    public override void MultiplyFewWidened(float* w, int rows, int cols, Tensor x, float* y, long yStride) =>
        plain.MultiplyFewWidened(w, rows, cols, x, y, yStride);

    /// <inheritdoc/>
    public override void AddStrip(float* w, int rows, Tensor x, float* sums, bool first) => Strips.AddStrip(w, rows, x, sums, first);

    /// <inheritdoc/>
    public override void FinishStrip(float* w, int rows, Tensor x, float* sums, bool first, float* y, long yStride, bool accumulate) =>
        Strips.FinishStrip(w, rows, x, sums, first, y, yStride, accumulate);

    /// <inheritdoc/>
    public override void StoreSums(float* sums, int rows, int tokens, float* y, long yStride) => Strips.StoreSums(sums, rows, tokens, y, yStride);

    /// <inheritdoc/>
    public override void AddScaledRows(float* w, long wStride, Tensor x, Tensor y) => plain.AddScaledRows(w, wStride, x, y);

    /// <inheritdoc/>
    public override void Scale(float* y, int count, float factor) => plain.Scale(y, count, factor);

    private static bool Probe(TileRows rows, int elementBytes, FloatProduct plain)
    {
        TensorType type = rows switch
        {
            TileRows.Half16 => TensorType.F16,
            TileRows.Brain16 => TensorType.BF16,
            _ => TensorType.F32,
        };
        return GeneratedKernels.OfProcess.Accepts(
            $"{type} x f32", () => TileProbe.Agrees(new GeneratedFloatProduct(rows, elementBytes, plain, () => true), plain, type));
    }
}
