using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Jevons.Inference;

/// <summary>
/// An engine as an <see cref="IChatClient"/>: thinking comes as <see cref="TextReasoningContent"/>, the answer as
/// <see cref="TextContent"/>, usage (with cached and reasoning tokens) in the last update. Any number of requests may run at
/// a time.
/// </summary>
/// <remarks>
/// <para>Mapped options: Temperature, TopP, TopK, MaxOutputTokens, StopSequences, Seed, FrequencyPenalty, PresencePenalty,
/// Instructions, Reasoning (Effort None answers without thinking; Output None thinks but leaves the thoughts out; there is no
/// summary, so Summary gives nothing too), and in AdditionalProperties <c>min_p</c>, <c>repetition_penalty</c>,
/// <c>top_n_sigma</c>, <c>typical_p</c>, <c>xtc_probability</c>, <c>xtc_threshold</c>, <c>dry_multiplier</c>, <c>dry_base</c>,
/// <c>dry_allowed_length</c>, <c>dry_penalty_last_n</c> (-1: all tokens), <c>dry_sequence_breakers</c> (a list of texts). What is
/// absent takes the model's recommended value. A <see cref="SamplingParams"/> or <see cref="GenerationRequest"/> from
/// RawRepresentationFactory is the base instead (the request's prompt is replaced).</para>
/// <para>Not supported, with a <see cref="NotSupportedException"/> that says so: tools, a response format other than text,
/// continuation tokens, background responses, message contents that are not text. ModelId and ConversationId are ignored:
/// one client serves one model and keeps no conversation. Reasoning in past messages is left out of the prompt.</para>
/// <para>Streaming cannot take back text: of a model that closes its thinking without having opened it, the text before
/// comes as an answer there, and as thinking in <see cref="GetResponseAsync"/>.</para>
/// </remarks>
public sealed class JevonsChatClient : IChatClient
{
    private const string Provider = "jevons";

    private readonly Model _model;
    private readonly Engine _engine;
    private readonly bool _ownsBoth;
    private readonly TimeProvider _clock;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Serves a model through an engine; both are borrowed.</summary>
    /// <param name="model">The model; it needs a tokenizer and a chat template.</param>
    /// <param name="engine">An engine over it.</param>
    /// <param name="clock">Dates responses and templates that ask for the date; null for the system's clock.</param>
    public JevonsChatClient(Model model, Engine engine, TimeProvider? clock = null)
        : this(model, engine, clock, ownsBoth: false)
    {
    }

    private JevonsChatClient(Model model, Engine engine, TimeProvider? clock, bool ownsBoth)
    {
        _model = model;
        _engine = engine;
        _clock = clock ?? TimeProvider.System;
        _ownsBoth = ownsBoth;
        _metadata = new ChatClientMetadata(Provider, providerUri: null, model.Name);
    }

    /// <summary>Loads a model and starts an engine of the client's own.</summary>
    /// <param name="path">A GGUF file or Hugging Face folder.</param>
    /// <param name="options">How to run it; null for the defaults.</param>
    /// <returns>The client; disposing it ends the engine and closes the model.</returns>
    public static JevonsChatClient Load(string path, EngineOptions? options = null)
    {
        Model model = Model.Load(path);
        try
        {
            return new JevonsChatClient(model, new Engine(model, options), options?.Clock, ownsBoth: true);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        GenerationResult result = await _engine
            .GenerateAsync(Request(messages, options), cancellationToken).ConfigureAwait(false);
        List<AIContent> contents = [];
        if (result.Thinking.Length > 0 && ShowsReasoning(options))
        {
            contents.Add(new TextReasoningContent(result.Thinking));
        }

        contents.Add(new TextContent(result.Text));
        string id = NewId();
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents) { MessageId = id })
        {
            ResponseId = id,
            ModelId = _model.Name,
            CreatedAt = _clock.GetUtcNow(),
            FinishReason = Reason(result.FinishReason),
            Usage = Usage(result.Usage),
            RawRepresentation = result,
        };
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Generation generation = _engine.Generate(Request(messages, options), cancellationToken);
        bool shows = ShowsReasoning(options);
        string id = NewId();
        await foreach (GenerationEvent item in generation.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (item is TextEvent { Text.Length: > 0 } text && (shows || text.Kind == PartKind.Answer))
            {
                AIContent content = text.Kind == PartKind.Thinking ? new TextReasoningContent(text.Text) : new TextContent(text.Text);
                yield return Update(id, [content], item);
            }
            else if (item is FinishedEvent finished)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (finished.Result.Error is { } error)
                {
                    throw new InvalidOperationException($"generation failed: {error.Message}", error);
                }

                ChatResponseUpdate last = Update(id, [new UsageContent(Usage(finished.Result.Usage))], item);
                last.FinishReason = Reason(finished.Result.FinishReason);
                yield return last;
            }
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(Model) ? _model
            : serviceType == typeof(Engine) ? _engine
            : null;
    }

    /// <summary>Ends the engine and closes the model when <see cref="Load"/> made them.</summary>
    public void Dispose()
    {
        if (_ownsBoth)
        {
            _engine.Dispose();
            _model.Dispose();
        }
    }

    private static bool ShowsReasoning(ChatOptions? options) => options?.Reasoning?.Output is null or ReasoningOutput.Full;

    private static ChatFinishReason Reason(FinishReason reason) => reason == FinishReason.Stop ? ChatFinishReason.Stop : ChatFinishReason.Length;

    private static UsageDetails Usage(GenerationUsage usage) => new()
    {
        InputTokenCount = usage.PromptTokens,
        OutputTokenCount = usage.CompletionTokens,
        TotalTokenCount = (long)usage.PromptTokens + usage.CompletionTokens,
        CachedInputTokenCount = usage.CachedTokens,
        ReasoningTokenCount = usage.ReasoningTokens,
    };

    private static string NewId() => $"chatcmpl-{Guid.NewGuid():N}";

    private GenerationRequest Request(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        PromptOptions prompt = new()
        {
            Think = options?.Reasoning?.Effort is not ReasoningEffort.None,
            Now = TimeZoneInfo.ConvertTime(_clock.GetUtcNow(), _clock.LocalTimeZone),
        };
        object? raw = options?.RawRepresentationFactory?.Invoke(this);
        GenerationRequest start = raw as GenerationRequest
            ?? new GenerationRequest { Prompt = [], Sampling = raw as SamplingParams ?? _model.SamplingDefaults.Sampling };
        return start with
        {
            Prompt = _model.BuildPrompt(ChatOptionsMapping.Turns(messages, options?.Instructions), prompt).Tokens,
            Sampling = ChatOptionsMapping.Sampling(options, start.Sampling),
            Samples = 1,
            ContinuesText = false,
        };
    }

    private ChatResponseUpdate Update(string id, IList<AIContent> contents, GenerationEvent raw) => new(ChatRole.Assistant, contents)
    {
        ResponseId = id,
        MessageId = id,
        ModelId = _model.Name,
        CreatedAt = _clock.GetUtcNow(),
        RawRepresentation = raw,
    };
}
