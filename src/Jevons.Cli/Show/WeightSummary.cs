using Jevons.Formats;
using Jevons.Models;

namespace Jevons.Cli;

/// <summary>What a header says of a model's weights.</summary>
internal sealed record WeightSummary
{
    /// <summary>Parameters in all, scales of FP8 blocks not counted.</summary>
    public required long Parameters { get; init; }

    /// <summary>Parameters that one token meets: of the routed experts only those that it is sent to.</summary>
    public required long ActiveParameters { get; init; }

    /// <summary>Bytes of all tensors.</summary>
    public required long Bytes { get; init; }

    /// <summary>Tensors by type, the type with most bytes first.</summary>
    public required IReadOnlyList<TypeShare> Types { get; init; }

    /// <summary>The first tensor whose data is not in the file; null when all is there.</summary>
    public required string? FirstMissing { get; init; }

    /// <summary>Counts.</summary>
    /// <param name="weights">The tensors; only the header is read.</param>
    /// <param name="config">The configuration, which knows the experts.</param>
    /// <returns>The summary.</returns>
    public static WeightSummary Of(Checkpoint weights, ModelConfig config)
    {
        double share = config is DeepSeekConfig { NumRoutedExperts: > 0 } moe ? (double)moe.Router.TopK / moe.NumRoutedExperts : 1;
        long all = 0;
        double active = 0;
        foreach (TensorInfo tensor in weights.Tensors.Where(t => !t.Name.EndsWith("_scale_inv", StringComparison.Ordinal)))
        {
            all += tensor.ElementCount;
            active += tensor.ElementCount * (IsExpert(tensor.Name) ? share : 1);
        }

        return new WeightSummary
        {
            Parameters = all,
            ActiveParameters = (long)Math.Round(active),
            Bytes = weights.Tensors.Sum(t => t.ByteLength),
            Types =
            [
                .. weights.Tensors.GroupBy(t => t.TypeName, StringComparer.Ordinal)
                    .Select(g => new TypeShare(g.Key, g.Count(), g.Sum(t => t.ElementCount), g.Sum(t => t.ByteLength)))
                    .OrderByDescending(t => t.Bytes),
            ],
            FirstMissing = weights.FirstTensorBeyondFile()?.Name,
        };
    }

    private static bool IsExpert(string name) =>
        name.Contains("_exps.", StringComparison.Ordinal) || name.Contains(".mlp.experts.", StringComparison.Ordinal);
}
