using System.Threading.Channels;

namespace Jevons.Inference;

/// <summary>
/// A request that an engine works on: a stream of events, and the whole answers at the end. Reading is for one reader;
/// leaving the stream early cancels the request. All members may be called from any thread.
/// </summary>
public sealed class Generation : IAsyncEnumerable<GenerationEvent>
{
    private readonly Channel<GenerationEvent> _events =
        Channel.CreateUnbounded<GenerationEvent>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly TaskCompletionSource<IReadOnlyList<GenerationResult>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GenerationResult?[] _results;
    private readonly Action<Generation> _cancel;
    private CancellationTokenRegistration _registration;
    private int _unfinished;

    internal Generation(int samples, Action<Generation> cancel)
    {
        _results = new GenerationResult?[samples];
        _unfinished = samples;
        _cancel = cancel;
    }

    /// <summary>All answers, in order of their index; completes when the last has ended, also when it was cancelled or failed.</summary>
    public Task<IReadOnlyList<GenerationResult>> Completion => _completion.Task;

    internal Sequence? Sequence { get; set; }

    /// <summary>Withdraws the request: its pages are free before the next pass of the model. Does nothing after its end.</summary>
    public void Cancel() => _cancel(this);

    /// <summary>The events in order; ends after the last answer's <see cref="FinishedEvent"/>.</summary>
    /// <param name="cancellationToken">Stops reading and withdraws the request.</param>
    /// <returns>The events.</returns>
    public async IAsyncEnumerator<GenerationEvent> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        try
        {
            await foreach (GenerationEvent item in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return item;
            }
        }
        finally
        {
            Cancel();
        }
    }

    internal void Register(CancellationToken cancellationToken)
    {
        _registration = cancellationToken.UnsafeRegister(static state => ((Generation)state!).Cancel(), this);
        if (Completion.IsCompleted)
        {
            _registration.Unregister();
        }
    }

    internal void Publish(GenerationEvent item) => _events.Writer.TryWrite(item);

    internal void Finish(FinishedEvent item)
    {
        _results[item.Sample] = item.Result;
        Publish(item);
        if (--_unfinished == 0)
        {
            _registration.Unregister();
            _events.Writer.Complete();
            _completion.SetResult(_results!);
        }
    }
}
