using System.Collections.Concurrent;
using Jevons.Numerics;
using Jevons.Tokenization;

namespace Jevons.Inference;

/// <summary>
/// Generates text from any number of requests at a time. One loop thread owns model, pages and samplers; requests come in
/// through a queue, events go out through channels. Same weights, same tokens and same seed give the same answer, whoever
/// else is being served. All members may be called from any thread.
/// </summary>
public sealed class Engine : IDisposable
{
    private readonly ModelRunner _runner;
    private readonly IDisposable? _owned;
    private readonly EngineLoop _loop;
    private readonly SamplerWorkspace _workspace;
    private readonly SequenceForms _forms;
    private readonly Tokenizer? _tokenizer;
    private readonly ThinkingTags? _tags;
    private readonly TimeProvider _clock;
    private readonly SeededRandom _seeds;
    private readonly ConcurrentQueue<Generation> _arrivals = new();
    private readonly ConcurrentQueue<Generation> _cancellations = new();
    private readonly object _gate = new();
    private readonly Thread _thread;
    private long _nextId;
    private bool _signalled;
    private volatile bool _stopping;

    /// <summary>Starts an engine over a model. The model must outlive it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    public Engine(Model model, EngineOptions? options = null)
        : this(EngineSetup.Create(model, options ?? new EngineOptions()))
    {
    }

    internal Engine(EngineSetup setup)
    {
        EngineOptions options = setup.Options.Validate();
        _runner = setup.Runner;
        _owned = setup.Owned;
        _tokenizer = setup.Tokenizer;
        _tags = setup.Tags;
        _clock = options.Clock;
        _seeds = new SeededRandom(options.Seed);
        _forms = FormsOf(setup.Runner, options.Mla);
        _workspace = new SamplerWorkspace(setup.Runner.VocabSize, setup.Runner.Context, setup.Tokenizer);
        Plan = setup.Plan;
        Scheduler scheduler = new(new BlockManager(setup.Runner.PageCount), new SchedulerOptions
        {
            MaxBatchTokens = options.MaxBatchTokens,
            MaxSequences = Math.Min(options.MaxSequences, options.MaxBatchTokens),
            MaxContext = setup.Plan.ContextLength,
        });
        _loop = new EngineLoop(setup.Runner, scheduler, setup.StopTokens, options.DraftTokens);
        _thread = new Thread(Loop) { IsBackground = true, Name = "jevons-engine" };
        _thread.Start();
    }

    /// <summary>The context and the memory that it takes, and why it was chosen.</summary>
    public ContextPlan Plan { get; }

    /// <summary>Positions of a sequence at most, prompt and generated tokens together.</summary>
    public int ContextLength => _loop.Scheduler.MaxContext;

    /// <summary>The MLA forms in which a runner's tokens are computed.</summary>
    /// <param name="runner">The runner.</param>
    /// <param name="mode">What was asked for.</param>
    /// <returns>The forms; always expanded when the model has but one.</returns>
    public static SequenceForms FormsOf(ModelRunner runner, MlaMode mode) => mode switch
    {
        _ when !runner.DistinguishesForms => SequenceForms.Expanded,
        MlaMode.Expanded => SequenceForms.Expanded,
        MlaMode.Absorbed => SequenceForms.Absorbed,
        _ => SequenceForms.Mixed,
    };

    /// <summary>Starts to answer a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Withdraws it at any step.</param>
    /// <returns>Events to read, or answers to wait for.</returns>
    /// <exception cref="ContextLengthException">The prompt leaves no room in the context.</exception>
    /// <exception cref="ArgumentException">A value of the request is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The engine has been disposed.</exception>
    public Generation Generate(GenerationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate(_runner.VocabSize);
        if (request.Prompt.Count >= ContextLength)
        {
            throw new ContextLengthException(request.Prompt.Count, ContextLength);
        }

        Generation generation = new(request.Samples, Withdraw);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            generation.Sequence = CreateSequences(request, generation);
            _arrivals.Enqueue(generation);
            Wake();
        }

        if (cancellationToken.CanBeCanceled)
        {
            generation.Register(cancellationToken);
        }

        return generation;
    }

    /// <summary>Answers a request and waits for the end.</summary>
    /// <param name="request">The request; one answer.</param>
    /// <param name="cancellationToken">Withdraws it.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="OperationCanceledException">It was withdrawn.</exception>
    /// <exception cref="InvalidOperationException">The model failed; the inner exception tells more.</exception>
    public async Task<GenerationResult> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken = default)
    {
        Generation generation = Generate(request, cancellationToken);
        GenerationResult result = (await generation.Completion.ConfigureAwait(false))[0];
        cancellationToken.ThrowIfCancellationRequested();
        return result.Error is null ? result : throw new InvalidOperationException($"generation failed: {result.Error.Message}", result.Error);
    }

    /// <summary>Stops the loop thread; unfinished requests end as cancelled.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            Wake();
        }

        _thread.Join();
        _loop.Dispose();
        _owned?.Dispose();
    }

    private Sequence CreateSequences(GenerationRequest request, Generation generation)
    {
        // Ids ascend in order of arrival, a request's first answer before its forks.
        ulong seed = request.Sampling.Seed ?? _seeds.NextUInt64();
        long id = _nextId;
        _nextId += request.Samples;
        Sequence[] forks = new Sequence[request.Samples - 1];
        for (int i = 0; i < forks.Length; i++)
        {
            forks[i] = CreateSequence(request, generation, id + i + 1, i + 1, seed, []);
        }

        return CreateSequence(request, generation, id, 0, seed, forks);
    }

    private Sequence CreateSequence(
        GenerationRequest request, Generation generation, long id, int sample, ulong seed, IReadOnlyList<Sequence> forks)
    {
        int[] prompt = [.. request.Prompt];
        SamplingParams parameters = request.Sampling with { Seed = unchecked(seed + (ulong)sample) };
        Sampler sampler = new(parameters, seed, _workspace, [.. request.Processors.Select(p => p.Fresh())]);
        GenerationSink sink = new(sample, generation, CreateParser(request, prompt), _clock, _runner.DistinguishesForms);
        Sequence sequence = new(id, prompt, request.Sampling.MaxTokens ?? int.MaxValue, _forms, sampler, sink)
        {
            SharesPages = request.SharePrefix,
            WantsDrafts = request.Speculate,
            Forks = forks,
        };
        if (_runner.DistinguishesForms && request.PromptForms.Count > 0)
        {
            sequence.SetPromptForms([.. request.PromptForms]);
        }

        return sequence;
    }

    private OutputParser? CreateParser(GenerationRequest request, int[] prompt)
    {
        if (_tokenizer is null)
        {
            return null;
        }

        StreamingDetokenizer detokenizer = new(_tokenizer);
        if (request.ContinuesText)
        {
            detokenizer.Push(prompt[^1]);
        }

        bool startsInThinking = _tags is not null && _tags.IsOpenAtEnd(_tokenizer, prompt);
        return new OutputParser(detokenizer, _tags, startsInThinking, request.Sampling.Stop);
    }

    private void Withdraw(Generation generation)
    {
        if (!generation.Completion.IsCompleted)
        {
            _cancellations.Enqueue(generation);
            lock (_gate)
            {
                Wake();
            }
        }
    }

    private void Loop()
    {
        while (!_stopping)
        {
            TakeRequests();
            if (!_loop.Step())
            {
                Sleep();
            }
        }

        TakeRequests();
        Scheduler scheduler = _loop.Scheduler;
        while (!scheduler.IsIdle)
        {
            _loop.Finish(scheduler.Running.Count > 0 ? scheduler.Running[0] : scheduler.Waiting[0], FinishReason.Cancelled);
        }
    }

    // The caller holds the gate.
    private void Wake()
    {
        _signalled = true;
        Monitor.Pulse(_gate);
    }

    private void Sleep()
    {
        lock (_gate)
        {
            while (!_signalled)
            {
                Monitor.Wait(_gate);
            }

            _signalled = false;
        }
    }

    private void TakeRequests()
    {
        while (_arrivals.TryDequeue(out Generation? arrival))
        {
            // It may have been withdrawn before it was seen here.
            bool isNew = arrival.Sequence!.Status == SequenceStatus.Created;
            if (isNew && _loop.Scheduler.Add(arrival.Sequence) == AdmissionResult.PromptTooLong)
            {
                _loop.Finish(arrival.Sequence, FinishReason.ContextFull);
            }
        }

        while (_cancellations.TryDequeue(out Generation? withdrawn))
        {
            _loop.Finish(withdrawn.Sequence!, FinishReason.Cancelled);
            foreach (Sequence fork in withdrawn.Sequence!.Forks)
            {
                _loop.Finish(fork, FinishReason.Cancelled);
            }
        }
    }
}
