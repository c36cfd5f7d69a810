using System.Globalization;
using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Inference;

/// <summary>Chooses a context that fits memory: weights + cache + activations within nine tenths of it.</summary>
public static class ContextPlanner
{
    private const int PageLength = KvLayerLayout.PageLength;

    // Below this a reasoning model is of no use, so a machine that is too small gets it with a warning instead of less.
    private const int LeastUseful = 2048;

    /// <summary>Plans for a model that is loaded.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">Element type of the cache.</param>
    /// <param name="weightBytes">Bytes of its weights.</param>
    /// <param name="options">What was asked for, and the memory.</param>
    /// <returns>The plan.</returns>
    public static ContextPlan Plan(LanguageModel model, KvType type, long weightBytes, EngineOptions options) =>
        Plan(model.Config, model.CacheLayouts(type), type, weightBytes, options);

    /// <summary>Plans from a configuration alone.</summary>
    /// <param name="config">The model's configuration.</param>
    /// <param name="layouts">Layout of each layer's pages.</param>
    /// <param name="type">Element type of the cache.</param>
    /// <param name="weightBytes">Bytes of the weights.</param>
    /// <param name="options">What was asked for, and the memory.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The asked-for cache has more pages than can be numbered.</exception>
    public static ContextPlan Plan(
        ModelConfig config, IReadOnlyList<KvLayerLayout> layouts, KvType type, long weightBytes, EngineOptions options)
    {
        long memory = options.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        long pageBytes = layouts.Sum(layout => layout.PageBytes);
        long workspace = Workspace(config, options);
        long room = (memory / 10 * 9) - weightBytes - workspace;
        long fitting = Math.Max(0, room / Math.Max(1, pageBytes)) * PageLength;
        (int context, string reason) = options.ContextLength is int asked
            ? (asked, Asked(asked, config.ContextLength, fitting))
            : Choose(config.ContextLength, fitting);
        long positions = Math.Max(context, options.CacheTokens ?? context);
        long pages = (positions + PageLength - 1) / PageLength;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pages, int.MaxValue / PageLength, nameof(options));
        return new ContextPlan
        {
            ContextLength = context,
            TrainedLength = config.ContextLength,
            PageCount = (int)pages,
            CacheType = type,
            CacheBytesPerToken = pageBytes / PageLength,
            CacheBytes = checked(pages * pageBytes),
            WeightBytes = weightBytes,
            WorkspaceBytes = workspace,
            MemoryBytes = memory,
            Reason = reason,
        };
    }

    private static (int Context, string Reason) Choose(int trained, long fitting)
    {
        if (fitting >= trained)
        {
            return (trained, "all that the model was trained for");
        }

        int least = Math.Min(trained, LeastUseful);
        return fitting >= least
            ? ((int)fitting, Text($"what fits memory; the model was trained for {trained}"))
            : (least, Text($"the least that is useful; memory holds {fitting}, so expect paging"));
    }

    private static string Asked(int asked, int trained, long fitting)
    {
        string reason = "as asked for";
        reason += asked > trained ? Text($"; the model was trained for {trained} only") : "";
        return reason + (asked > fitting ? Text($"; memory holds {fitting}, so expect paging") : "");
    }

    // Widest rows of a layer that live at a time, and the logits of every sequence.
    private static long Workspace(ModelConfig config, EngineOptions options) => sizeof(float) * (
        ((long)options.MaxBatchTokens * ((8L * config.HiddenSize) + (3L * config.IntermediateSize)))
        + ((long)Math.Min(options.MaxSequences, 8) * config.VocabSize));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
