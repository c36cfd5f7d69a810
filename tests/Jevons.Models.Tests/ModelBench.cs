using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models.Tests;

/// <summary>One loaded model with a cache and ops, for tests that drive batches by hand.</summary>
internal sealed class ModelBench : IDisposable
{
    private readonly IDisposable _file;
    private readonly WorkerPool _pool;
    private readonly KernelContext _context;
    private readonly KvCache _cache;

    public ModelBench(string path, bool exact = false, KvType kv = KvType.F32, int threads = 2, CpuFeatures? features = null, int pages = 16)
    {
        CpuFeatures isa = features ?? CpuFeatures.Detect();
        if (path.EndsWith(".gguf", StringComparison.Ordinal))
        {
            GgufFile file = GgufFile.Open(path);
            _file = file;
            Model = ModelLoader.Load(file, isa, exact ? ActivationType.Float32 : ActivationType.Int8);
        }
        else
        {
            HuggingFaceFolder folder = HuggingFaceFolder.Open(path);
            _file = folder;
            Model = ModelLoader.Load(folder, isa, exact ? ActivationType.Float32 : ActivationType.Int8);
        }

        _pool = new WorkerPool(threads);
        _context = new KernelContext(_pool, isa);
        _cache = new KvCache(Model.CacheLayouts(kv), pages);
        Ops = new EagerOps(_context, _cache);
    }

    public LanguageModel Model { get; }

    public EagerOps Ops { get; }

    public WorkerPool Pool => _pool;

    public Batch Batch { get; } = new();

    public static int[] Pages(int first, int count) => [.. Enumerable.Range(first, count)];

    /// <summary>Logits of every token of one sequence, fed in pieces of at most <paramref name="chunk"/> tokens.</summary>
    public float[][] Logits(ReadOnlySpan<int> tokens, int chunk = int.MaxValue, bool absorbed = false, int firstPage = 0, int firstPosition = 0)
    {
        List<float[]> rows = [];
        for (int start = 0; start < tokens.Length; start += Math.Min(chunk, tokens.Length - start))
        {
            int count = Math.Min(chunk, tokens.Length - start);
            Batch.Clear();
            Batch.Add(tokens.Slice(start, count), firstPosition + start, Pages(firstPage, 8), absorbed, BatchOutputs.All);
            rows.AddRange(Rows(Model.Forward(Ops, Batch).Logits));
        }

        return [.. rows];
    }

    /// <summary>Greedy continuation: the prompt in one piece, then token by token in the absorbed form.</summary>
    public int[] Greedy(ReadOnlySpan<int> prompt, int count, bool absorbed = true)
    {
        int next = ArgMax.Row(Logits(prompt)[^1]);
        List<int> generated = [next];
        for (int position = prompt.Length; generated.Count < count; position++)
        {
            next = ArgMax.Row(Logits([next], absorbed: absorbed, firstPosition: position)[0]);
            generated.Add(next);
        }

        return [.. generated];
    }

    public static float[][] Rows(Tensor tensor)
    {
        float[][] rows = new float[tensor.Rows][];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = tensor.Row(i).ToArray();
        }

        return rows;
    }

    public void Dispose()
    {
        Ops.Dispose();
        Batch.Dispose();
        _cache.Dispose();
        _context.Dispose();
        _pool.Dispose();
        _file.Dispose();
    }
}
