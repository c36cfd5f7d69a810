using BenchmarkDotNet.Attributes;
using Jevons.Kernels;

namespace Jevons.MicroBenchmarks;

/// <summary>Grouped-query attention over a cache: 12 query heads on 2 KV heads of 128 dimensions, as R1-Distill-Qwen-1.5B has them.</summary>
public unsafe class AttentionBenchmarks : KernelBenchmark, IMeasuredWork
{
    private const int Dim = 128;
    private const int NumHeads = 12;
    private const int NumKvHeads = 2;
    private static readonly AttentionShape s_shape = new(NumHeads, NumKvHeads, Dim, Dim, 1 / MathF.Sqrt(Dim));

    private KvCache _cache = null!;
    private Batch _batch = null!;
    private Tensor _q;
    private Tensor _output;

    /// <summary>Type of the cache.</summary>
    [Params(KvType.F16, KvType.F32, KvType.Q8_0, Priority = -2)]
    public KvType Cache { get; set; }

    /// <summary>Which kernels run.</summary>
    [ParamsSource(nameof(Paths), Priority = -1)]
    public KernelPath Path { get; set; }

    /// <summary>Tokens that attend: the last ones of the context.</summary>
    [Params(1, 128)]
    public int Tokens { get; set; }

    /// <summary>Positions in the cache.</summary>
    [Params(1024)]
    public int Positions { get; set; }

    /// <summary>Paths of this process.</summary>
    public static IEnumerable<KernelPath> Paths => KernelPaths.OfIntrinsics();

    /// <inheritdoc/>
    long IMeasuredWork.MultiplyAdds => 2L * NumHeads * Dim * (((long)Tokens * (Positions - Tokens)) + (Tokens * (Tokens + 1L) / 2));

    /// <inheritdoc/>
    long IMeasuredWork.Bytes => Pages * Layout.PageBytes;

    private KvLayerLayout Layout => KvLayerLayout.MultiHead(Cache, NumKvHeads, Dim, Dim);

    private int Pages => (Positions + KvLayerLayout.PageLength - 1) / KvLayerLayout.PageLength;

    /// <summary>Fills the cache.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Open(Path);
        _cache = Own(new KvCache([Layout], Pages));
        _batch = Own(new Batch());
        int[] pages = [.. Enumerable.Range(0, Pages)];
        _batch.Add(new int[Positions], 0, pages, absorbed: false, BatchOutputs.None);
        KvWrite.Run(_cache.Pages(0, _batch), Rows(Positions, NumKvHeads * Dim), Rows(Positions, NumKvHeads * Dim), _batch.Chunks, Context);
        _batch.Clear();
        _batch.Add(new int[Tokens], Positions - Tokens, pages, absorbed: false, BatchOutputs.None);
        _q = Rows(Tokens, NumHeads * Dim);
        _output = Rows(Tokens, NumHeads * Dim);
    }

    /// <summary>Attention of the last tokens.</summary>
    [Benchmark]
    public void Attention() => Jevons.Kernels.Attention.Run(_cache.Pages(0, _batch), _q, _output, s_shape, _batch.Chunks, Context);
}
