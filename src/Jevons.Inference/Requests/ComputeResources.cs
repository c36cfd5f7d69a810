using System.Globalization;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Inference;

/// <summary>Threads, scratch, pages and workspace that run a model, as one thing to dispose. The model is borrowed.</summary>
public sealed class ComputeResources : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly KernelContext _context;
    private readonly EagerOps _ops;

    private ComputeResources(WorkerPool pool, KernelContext context, EagerOps ops, ModelRunner runner, ContextPlan plan)
    {
        _pool = pool;
        _context = context;
        _ops = ops;
        Runner = runner;
        Plan = plan;
    }

    /// <summary>Runs batches.</summary>
    public ModelRunner Runner { get; }

    /// <summary>The context and the memory that it takes.</summary>
    public ContextPlan Plan { get; }

    /// <summary>Threads that compute, the caller's included.</summary>
    public int Threads => _pool.Workers;

    /// <summary>Bytes that activations have taken so far.</summary>
    public long WorkspaceBytes => _ops.WorkspaceBytes;

    /// <summary>Sets a model up to run.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Threads, context, cache type.</param>
    /// <returns>The resources; the caller disposes them.</returns>
    /// <exception cref="InsufficientMemoryException">The system refuses the cache.</exception>
    public static ComputeResources Create(Model model, EngineOptions options)
    {
        KvType type = options.CacheType ?? (model.IsExact ? KvType.F32 : KvType.F16);
        ContextPlan plan = ContextPlanner.Plan(model.Network, type, model.WeightBytes, options);
        KvCache cache = CreateCache(model, plan);
        WorkerPool pool = new(options.Threads ?? Environment.ProcessorCount);
        KernelContext context = new(pool, model.Features);
        EagerOps ops = new(context, cache);
        return new ComputeResources(pool, context, ops, new LanguageModelRunner(model.Network, ops, cache, context), plan);
    }

    private static KvCache CreateCache(Model model, ContextPlan plan)
    {
        try
        {
            return new KvCache(model.Network.CacheLayouts(plan.CacheType), plan.PageCount);
        }
        catch (OutOfMemoryException e)
        {
            throw new InsufficientMemoryException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"a context of {plan.ContextLength} tokens needs a cache of {plan.CacheBytes / 1e9:F1} GB ({plan.CacheType.ToString().ToLowerInvariant()}), and of "
                    + $"{plan.MemoryBytes / 1e9:F1} GB of free memory the system does not give it; ask for a shorter context or a smaller type of cache"),
                e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Runner.Dispose();
        _ops.Dispose();
        _context.Dispose();
        _pool.Dispose();
    }
}
