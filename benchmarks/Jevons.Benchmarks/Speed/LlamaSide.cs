using System.Diagnostics;
using Jevons.Numerics;

namespace Jevons.Benchmarks;

/// <summary>llama.cpp, in this process.</summary>
/// <param name="folder">Folder of its libraries.</param>
/// <param name="threads">Threads.</param>
internal sealed class LlamaSide(string folder, int threads) : ISide
{
    private LlamaModel? _model;
    private string? _path;

    /// <inheritdoc/>
    public string Name => "llama.cpp";

    /// <inheritdoc/>
    public ITrial? Prepare(string model, Workload work, CancellationToken cancellationToken)
    {
        if (work.Kind == WorkKind.FirstToken)
        {
            Dispose();
            return new ProcessTrial(FirstTokenVerb.Command("llama.cpp", model, threads, folder), FirstTokenVerb.Parse);
        }

        LlamaLibrary.Load(folder);
        if (_path != model)
        {
            Dispose();
            _model = new LlamaModel(model);
            _path = model;
        }

        return new Trial(_model!, work, threads);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model?.Dispose();
        _model = null;
        _path = null;
    }

    private sealed class Trial : ITrial
    {
        private readonly Workload _work;
        private readonly LlamaContext _context;
        private readonly int[] _tokens;

        public Trial(LlamaModel model, Workload work, int threads)
        {
            _work = work;
            _context = new LlamaContext(model, work.Case.Length, work.Case.Batch, threads, unified: work.Case.SharedPrefix > 0);
            SeededRandom random = new(1);
            _tokens = new int[work.Case.Length];
            for (int i = 0; i < _tokens.Length; i++)
            {
                _tokens[i] = random.NextInt32(model.VocabSize);
            }

            for (int s = 0; s < work.Case.Batch && work.Case.Depth > 0; s++)
            {
                _context.Prompt(s, 0, _tokens.AsSpan(0, work.Case.Depth));
            }
        }

        public int WarmUps => 1;

        public Reading Run(CancellationToken cancellationToken)
        {
            int depth = _work.Case.Depth;
            int start = depth + _work.Case.Prompt;
            if (depth == 0)
            {
                _context.Clear();
            }

            long began = Stopwatch.GetTimestamp();
            if (_work.Case.Prompt > 0)
            {
                // A prompt that sequences share is computed once; the cache is unified, so a copy shares its cells.
                _context.Prompt(0, depth, _tokens.AsSpan(depth, _work.Case.Prompt));
                for (int s = 1; s < _work.Case.Batch; s++)
                {
                    _context.Copy(0, s);
                }
            }

            double prompt = Stopwatch.GetElapsedTime(began).TotalSeconds;
            for (int step = 0; step < _work.Case.Decode; step++)
            {
                _context.Step(_work.Case.Batch, start + step, _tokens[start + step]);
            }

            double all = Stopwatch.GetElapsedTime(began).TotalSeconds;
            _context.Pause();
            for (int s = 0; s < _work.Case.Batch && depth > 0; s++)
            {
                _context.Truncate(s, depth);
            }

            return new Reading(_work.Kind switch { WorkKind.Prompt => prompt, WorkKind.Decode => all - prompt, _ => all });
        }

        public void Dispose() => _context.Dispose();
    }
}
