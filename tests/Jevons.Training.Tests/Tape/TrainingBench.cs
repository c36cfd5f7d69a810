using System.Runtime.InteropServices;
using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Training.Tests;

/// <summary>A model with parameters, threads and a loss, for one test.</summary>
internal sealed class TrainingBench : IDisposable
{
    private readonly OpenedModel _opened;
    private readonly WorkerPool _pool;

    public TrainingBench(string path, string? adapter = null, int workers = 2, bool checkpointing = false, CpuFeatures? features = null, int maxTokens = 512)
    {
        features ??= CpuFeatures.Detect();
        _opened = ModelPath.Open(path);
        _pool = new WorkerPool(workers);
        Context = new KernelContext(_pool, features);
        if (adapter is null)
        {
            (Model, Parameters) = ModelLoader.LoadTrainable(_opened, features, gradients: true);
        }
        else
        {
            AdapterSet adapters = new([(LoraAdapter.Open(adapter), 1)], features, gradients: true);
            Model = ModelLoader.Load(_opened, features, ActivationType.Float32, adapters);
            Parameters = adapters.Parameters;
        }

        Loss = new SupervisedLoss(Model, Parameters, Context, maxTokens, maxSequences: 16, checkpointing);
    }

    public KernelContext Context { get; }

    public LanguageModel Model { get; }

    public ParameterStore Parameters { get; }

    public SupervisedLoss Loss { get; }

    public Dictionary<string, float[]> Gradients() => Parameters.All.Where(p => p.IsTrained)
        .ToDictionary(p => p.Name, p => Enumerable.Range(0, p.Gradient.Rows).SelectMany(r => p.Gradient.Row(r).ToArray()).ToArray(), StringComparer.Ordinal);

    public static byte[] Bits(Dictionary<string, float[]> tensors) =>
        [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(t => MemoryMarshal.AsBytes<float>(t.Value).ToArray())];

    public void Dispose()
    {
        Loss.Dispose();
        Parameters.Dispose();
        Context.Dispose();
        _pool.Dispose();
        _opened.Dispose();
    }
}
