using Jevons.Tokenization;

namespace Jevons.Inference;

/// <summary>What an engine stands on.</summary>
internal sealed record EngineSetup
{
    public required ModelRunner Runner { get; init; }

    /// <summary>Disposed with the engine.</summary>
    public IDisposable? Owned { get; init; }

    public required ContextPlan Plan { get; init; }

    public required EngineOptions Options { get; init; }

    public StopTokens StopTokens { get; init; } = StopTokens.None;

    public Tokenizer? Tokenizer { get; init; }

    public ThinkingTags? Tags { get; init; }

    public static EngineSetup Create(Model model, EngineOptions options)
    {
        ComputeResources resources = ComputeResources.Create(model, options.Validate());
        return new EngineSetup
        {
            Runner = resources.Runner,
            Owned = resources,
            Plan = resources.Plan,
            Options = options,
            StopTokens = model.StopTokens,
            Tokenizer = model.Tokenizer,
            Tags = model.ThinkingTags,
        };
    }
}
