using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Cli;

/// <summary>The layout of a model's cache from its configuration alone, for files whose weights are not there.</summary>
internal static class CacheLayouts
{
    /// <summary>One layout a layer.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="type">Element type of the cache.</param>
    /// <returns>The layouts.</returns>
    /// <exception cref="ArgumentException">The architecture is not known.</exception>
    public static IReadOnlyList<KvLayerLayout> Of(ModelConfig config, KvType type)
    {
        KvLayerLayout layout = config switch
        {
            DenseConfig dense => KvLayerLayout.MultiHead(type, dense.NumKvHeads, dense.HeadDim, dense.HeadDim),
            DeepSeekConfig latent => KvLayerLayout.Latent(type, latent.KvLoraRank, latent.QkRopeHeadDim),
            _ => throw new ArgumentException($"no cache layout for architecture {config.Architecture}", nameof(config)),
        };
        return [.. Enumerable.Repeat(layout, config.NumLayers)];
    }
}
