using System.CommandLine;
using System.Globalization;
using Jevons.Hub;
using Jevons.Inference;

namespace Jevons.Cli;

/// <summary>Loads the model of a command line and starts an engine over it, and says what the person should know about both.</summary>
internal sealed class EngineStart
{
    private readonly ComputeOptions _compute = new();
    private readonly Option<int?> _ctx = new("--ctx")
    {
        Description = "Positions of the context, prompt and answer together; what fits memory unless given.",
        HelpName = "N",
    };

    private readonly Option<int> _draft = new("--draft")
    {
        Description = "Tokens drafted a step by the model's own prediction layer (DeepSeek-V3, R1); changes no token.",
        HelpName = "N",
    };

    /// <summary>Makes the options.</summary>
    public EngineStart()
    {
        _ctx.Validators.Add(Bounds.AtLeast(_ctx, 2));
        _draft.Validators.Add(Bounds.AtLeast(_draft, 0));
    }

    /// <summary>Adds the options to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_ctx);
        _compute.AddTo(command);
        command.Options.Add(_draft);
    }

    /// <summary>Loads and starts.</summary>
    /// <param name="context">Where models are, and where to say things.</param>
    /// <param name="parse">The command line.</param>
    /// <param name="model">What was written for MODEL.</param>
    /// <param name="saysContext">Whether to print the context's length.</param>
    /// <returns>Both; the caller disposes them.</returns>
    public RunningModel Start(CliContext context, ParseResult parse, string model, bool saysContext)
    {
        long began = context.Time.GetTimestamp();
        string path = ModelReference.Resolve(context, model);
        Model loaded = Model.Load(path, _compute.Model(parse));
        try
        {
            int draft = parse.GetValue(_draft);
            if (draft > 0 && !loaded.Network.HasDraft)
            {
                throw new UsageException($"--draft: {loaded.Name} has no layer that predicts further tokens");
            }

            Engine engine = new(loaded, _compute.Engine(parse) with
            {
                ContextLength = parse.GetValue(_ctx),
                DraftTokens = draft,
                MemoryBytes = MachineMemory.Read().Available,
                Seed = (ulong)context.Time.GetUtcNow().UtcTicks,
                Clock = context.Time,
            });
            RunningModel running = new(path, loaded, engine, context.Time.GetElapsedTime(began));
            if (saysContext)
            {
                context.Note(Describe(engine.Plan));
            }

            if (!engine.Plan.Fits)
            {
                context.Note(
                    $"weights of {ByteText.Of(engine.Plan.WeightBytes)} and the cache do not fit the {ByteText.Of(engine.Plan.MemoryBytes)} of memory that are free; "
                    + "the system will read weights from disk again and again, which is slow");
            }

            return running;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>The context's length and why, in one line.</summary>
    public static string Describe(ContextPlan plan) => string.Create(
        CultureInfo.InvariantCulture,
        $"context of {plan.ContextLength} tokens ({plan.Reason}); cache {plan.CacheType.ToString().ToLowerInvariant()}, {ByteText.Of(plan.CacheBytes)} when full");
}
