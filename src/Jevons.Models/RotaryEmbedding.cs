using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>A model's rotary embedding: its frequencies and how its weights pair the rotated dimensions.</summary>
/// <param name="config">Base, scaling, rotated dimensions.</param>
/// <param name="layout">Interleaved (i, i + 1) or half (i, i + D / 2) pairs.</param>
public sealed class RotaryEmbedding(RopeConfig config, RopeLayout layout)
{
    /// <summary>The frequencies.</summary>
    public RopeTable Table { get; } = new(config);

    /// <summary>Which dimensions form a pair.</summary>
    public RopeLayout Layout { get; } = layout;
}
