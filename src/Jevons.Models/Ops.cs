using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>The operations that models are written against.</summary>
public abstract class Ops
{
    /// <summary>The batch of the running pass.</summary>
    public abstract Batch Batch { get; }
}
