namespace Jevons.Kernels;

/// <summary>
/// The rows of a latent layer expanded for one head: keys [W_uk c | k_pe] and values W_uv c of every visible position,
/// computed page by page from what the cache holds, so that the chunking of a prompt does not show.
/// </summary>
/// <param name="pages">The pages.</param>
/// <param name="weights">The up-projections.</param>
/// <param name="scratch">Scratch for the products.</param>
internal readonly unsafe struct ExpandedSource(KvPages pages, MlaWeights weights, Scratch scratch) : IPageSource<ExpandedSource>
{
    private const int Page = KvLayerLayout.PageLength;

    private readonly KvPages _pages = pages;
    private readonly MlaWeights _weights = weights;
    private readonly Scratch _scratch = scratch;

    public static long ScratchBytes(in ExpandedSource source)
    {
        LatentAttentionShape shape = source._weights.Shape;
        KvLayerLayout layout = source._pages.Layout;
        long floats = (shape.NopeDim + shape.RopeDim + Padded(shape.ValueDim) + Padded(shape.NopeDim) + layout.KeyStride) * (long)Page;
        return (4 * floats) + (Page * QuantizedRow.Bytes(shape.LatentDim));
    }

    public static void Load<TLanes>(
        ref ExpandedSource source, in BatchChunk chunk, int head, int page, int visible, byte* scratch, int worker, out KvTile tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        LatentAttentionShape shape = source._weights.Shape;
        KvLayerLayout layout = source._pages.Layout;
        int valueStride = Padded(shape.ValueDim);
        int nopeStride = Padded(shape.NopeDim);
        float* keys = (float*)scratch;
        float* values = keys + ((shape.NopeDim + shape.RopeDim) * (long)Page);
        float* nope = values + (valueStride * (long)Page);
        float* buffer = nope + (nopeStride * (long)Page);
        byte* quantized = (byte*)(buffer + (layout.KeyStride * (long)Page));

        byte* start = source._pages.PageOf(chunk, page * Page);
        float* rows = KvConvert.Rows<TLanes>(layout.Type, start, layout.KeyDim, layout.KeyStride, visible, buffer);
        WeightMatrix keyUp = source._weights.KeyUp(head);
        WeightMatrix valueUp = source._weights.ValueUp(head);
        Tensor latent = new(rows, visible, shape.LatentDim, layout.KeyStride);
        bool quantize = valueUp.UsesQuantizedActivations || (keyUp.UsesQuantizedActivations && !source._weights.KeyUpTransposed);
        if (quantize)
        {
            for (int j = 0; j < visible; j++)
            {
                QuantizedRow.Quantize(rows + ((long)j * layout.KeyStride), shape.LatentDim, quantized + (j * QuantizedRow.Bytes(shape.LatentDim)));
            }
        }

        ActivationRows activations = new(latent, quantize ? quantized : null);
        Tensor nopeRows = new(nope, visible, shape.NopeDim, nopeStride);
        if (source._weights.KeyUpTransposed)
        {
            keyUp.MultiplyTransposed(latent, nopeRows, 0, shape.NopeDim, source._scratch, worker);
        }
        else
        {
            keyUp.Multiply(activations, nopeRows, 0, shape.NopeDim, source._scratch, worker);
        }

        valueUp.Multiply(activations, new Tensor(values, visible, shape.ValueDim, valueStride), 0, shape.ValueDim, source._scratch, worker);
        KvConvert.Transpose(nope, nopeStride, shape.NopeDim, visible, keys);
        KvConvert.Transpose(rows + shape.LatentDim, layout.KeyStride, shape.RopeDim, visible, keys + (shape.NopeDim * (long)Page));
        tile.Keys = keys;
        tile.Values = values;
        tile.ValueStride = valueStride;
    }

    private static int Padded(int dim) => (dim + 15) / 16 * 16;
}
