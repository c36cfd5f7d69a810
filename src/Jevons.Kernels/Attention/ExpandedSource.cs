using Jevons.Kernels.Conversion;

namespace Jevons.Kernels;

/// <summary>
/// The rows of a latent layer expanded for one head: keys [W_uk c | k_pe] and values W_uv c of every visible position, computed segment
/// by segment from what the cache holds, so that the chunking of a prompt does not show and a weight is widened once for 512 positions.
/// </summary>
/// <param name="pages">The pages.</param>
/// <param name="weights">The up-projections.</param>
/// <param name="scratch">Scratch for the products.</param>
internal readonly unsafe struct ExpandedSource(KvPages pages, MlaWeights weights, Scratch scratch) : IPageSource<ExpandedSource>
{
    private const int Page = KvLayerLayout.PageLength;
    private const int Segment = OnlineSoftmax.SegmentLength;

    private readonly KvPages _pages = pages;
    private readonly MlaWeights _weights = weights;
    private readonly Scratch _scratch = scratch;

    public static long ScratchBytes(in ExpandedSource source) => new Memory(source, null).Bytes;

    public static void BeginSegment<TLanes>(
        ref ExpandedSource source, in BatchChunk chunk, int head, int firstPage, int visible, byte* scratch, int worker)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        LatentAttentionShape shape = source._weights.Shape;
        KvLayerLayout layout = source._pages.Layout;
        Memory memory = new(source, scratch);
        for (int first = 0; first < visible; first += Page)
        {
            byte* start = source._pages.PageOf(chunk, (firstPage * Page) + first);
            int count = Math.Min(Page, visible - first);
            float* to = memory.Rows + ((long)first * layout.KeyStride);
            float* from = KvConvert.Rows<TLanes>(layout.Type, start, layout.KeyDim, layout.KeyStride, count, to);
            if (from != to)
            {
                new ReadOnlySpan<float>(from, count * layout.KeyStride).CopyTo(new Span<float>(to, count * layout.KeyStride));
            }
        }

        WeightMatrix keyUp = source._weights.KeyUp(head);
        WeightMatrix valueUp = source._weights.ValueUp(head);
        Tensor latent = new(memory.Rows, visible, shape.LatentDim, layout.KeyStride);
        bool quantize = valueUp.UsesQuantizedActivations || (keyUp.UsesQuantizedActivations && !source._weights.KeyUpTransposed);
        if (quantize)
        {
            for (int j = 0; j < visible; j++)
            {
                QuantizedRow.Quantize(
                    memory.Rows + ((long)j * layout.KeyStride), shape.LatentDim, memory.Quantized + (j * QuantizedRow.Bytes(shape.LatentDim)));
            }
        }

        ActivationRows activations = new(latent, quantize ? memory.Quantized : null);
        Tensor nope = new(memory.Nope, visible, shape.NopeDim, memory.NopeStride);
        if (source._weights.KeyUpTransposed)
        {
            keyUp.MultiplyTransposed(latent, nope, 0, shape.NopeDim, source._scratch, worker);
        }
        else
        {
            keyUp.Multiply(activations, nope, 0, shape.NopeDim, source._scratch, worker);
        }

        Tensor values = new(memory.Values, visible, shape.ValueDim, memory.ValueStride);
        valueUp.Multiply(activations, values, 0, shape.ValueDim, source._scratch, worker);
    }

    public static void Load<TLanes>(
        ref ExpandedSource source, in BatchChunk chunk, int head, int page, int visible, byte* scratch, int worker, out KvTile tile)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        LatentAttentionShape shape = source._weights.Shape;
        int keyStride = source._pages.Layout.KeyStride;
        Memory memory = new(source, scratch);
        long first = page % OnlineSoftmax.PagesPerSegment * (long)Page;
        Transpose.Copy(memory.Nope + (first * memory.NopeStride), memory.NopeStride, visible, shape.NopeDim, memory.Keys, Page);
        Transpose.Copy(
            memory.Rows + (first * keyStride) + shape.LatentDim, keyStride, visible, shape.RopeDim, memory.Keys + (shape.NopeDim * (long)Page), Page);
        tile.Keys = memory.Keys;
        tile.Values = memory.Values + (first * memory.ValueStride);
        tile.ValueStride = memory.ValueStride;
    }

    private static int Padded(int dim) => (dim + 15) / 16 * 16;

    // What lies where: the turned keys of a page, then a segment's rows as cached, keys, values and int8 latents.
    private readonly struct Memory
    {
        public Memory(in ExpandedSource source, byte* scratch)
        {
            LatentAttentionShape shape = source._weights.Shape;
            ValueStride = Padded(shape.ValueDim);
            NopeStride = Padded(shape.NopeDim);
            Keys = (float*)scratch;
            Rows = Keys + ((shape.NopeDim + shape.RopeDim) * (long)Page);
            Nope = Rows + (source._pages.Layout.KeyStride * (long)Segment);
            Values = Nope + (NopeStride * (long)Segment);
            Quantized = (byte*)(Values + (ValueStride * (long)Segment));
            Bytes = Quantized + (Segment * QuantizedRow.Bytes(shape.LatentDim)) - scratch;
        }

        public int ValueStride { get; }

        public int NopeStride { get; }

        public float* Keys { get; }

        public float* Rows { get; }

        public float* Nope { get; }

        public float* Values { get; }

        public byte* Quantized { get; }

        public long Bytes { get; }
    }
}
