using System.Security.Cryptography;
using Jevons.Inference;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Benchmarks;

/// <summary>What a model's file costs any engine: the bytes of a decode step, the multiply-adds of a prompt token.</summary>
internal sealed class ModelWork
{
    private readonly WorkPerToken _work;
    private readonly double _cacheBytesPerToken;

    /// <summary>Reads a model's header.</summary>
    /// <param name="path">A GGUF file.</param>
    /// <param name="hash">Whether to compute its SHA-256.</param>
    public ModelWork(string path, bool hash)
    {
        Path = path;
        Bytes = new FileInfo(path).Length;
        using Model model = Model.Load(path);
        _work = new WorkPerToken(model.Description.File.Weights!, model.Config);
        _cacheBytesPerToken = (double)model.Network.CacheLayouts(KvType.F16).Sum(l => l.PageBytes) / KvLayerLayout.PageLength;
        Architecture = model.Config.Architecture;
        if (hash)
        {
            using FileStream stream = File.OpenRead(path);
            Hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        IsBFloat16 = model.Description.File.Weights!.Tensors
            .Where(t => t.HasKnownType).MaxBy(t => t.ByteLength)?.Type == TensorType.BF16;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Its length.</summary>
    public long Bytes { get; }

    /// <summary>SHA-256, or null.</summary>
    public string? Hash { get; }

    /// <summary>The architecture's name.</summary>
    public string Architecture { get; }

    /// <summary>True when most of the work is with quantised weights.</summary>
    public bool IsQuantized => _work.IsMostlyQuantized;

    /// <summary>True when the largest tensor is BF16.</summary>
    public bool IsBFloat16 { get; }

    /// <summary>Multiply-adds of the weight products of one prompt token.</summary>
    public double ProductsPerToken => _work.PromptOperations / 2;

    /// <summary>Bytes that all decode steps of a work read: weights once a step, and the cache of each sequence (f16).</summary>
    /// <param name="run">The work.</param>
    public double DecodeBytes(BenchCase run)
    {
        double positions = run.Depth + run.Prompt + (run.Decode / 2.0);
        return run.Decode * (_work.DecodeBytes(run.Batch) + (run.Batch * positions * _cacheBytesPerToken));
    }
}
