using Jevons.Inference;
using Jevons.Kernels;

namespace Jevons.Benchmarks;

/// <summary>Our engine, in this process: the model's passes as <c>jevons bench</c> runs them.</summary>
/// <param name="threads">Threads.</param>
internal sealed class JevonsSide(int threads) : ISide
{
    private Model? _model;
    private string? _path;

    /// <inheritdoc/>
    public string Name => "jevons";

    /// <inheritdoc/>
    public ITrial? Prepare(string model, Workload work, CancellationToken cancellationToken)
    {
        if (work.Kind == WorkKind.FirstToken)
        {
            Dispose();
            return new ProcessTrial(FirstTokenVerb.Command("jevons", model, threads, llamaCpp: null), FirstTokenVerb.Parse);
        }

        if (_path != model)
        {
            Dispose();
            _model = Model.Load(model);
            _path = model;
        }

        ComputeResources resources = ComputeResources.Create(_model!, new EngineOptions
        {
            Threads = threads,
            CacheType = KvType.F16,
            ContextLength = work.Case.Length,
            CacheTokens = BenchRunner.CachePositions(work.Case),
        });
        BenchPasses passes = new(resources.Runner, Engine.FormsOf(resources.Runner, MlaMode.Auto), TimeProvider.System, work.Case);
        passes.FillDepth(cancellationToken);
        return new Trial(resources, passes, work);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model?.Dispose();
        _model = null;
        _path = null;
    }

    private sealed class Trial(ComputeResources resources, BenchPasses passes, Workload work) : ITrial
    {
        // Just-in-time compilation: first code, instrumented code, final code.
        public int WarmUps => 3;

        public Reading Run(CancellationToken cancellationToken)
        {
            double prompt = passes.Prompt(cancellationToken);
            double decode = 0;
            for (int step = 0; step < work.Case.Decode; step++)
            {
                decode += passes.Step(step);
            }

            return new Reading(work.Kind switch { WorkKind.Prompt => prompt, WorkKind.Decode => decode, _ => prompt + decode });
        }

        public void Dispose()
        {
            passes.Dispose();
            resources.Dispose();
        }
    }
}
