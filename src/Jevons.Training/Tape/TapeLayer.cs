using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>Operations that are walked back together: those of a decoder layer, or those between two layers.</summary>
/// <param name="memory">Where their results lie.</param>
internal sealed class TapeLayer(GradientWorkspace memory)
{
    /// <summary>Where the results lie.</summary>
    public GradientWorkspace Memory { get; } = memory;

    /// <summary>In the order in which they ran.</summary>
    public List<TapeOperation> Operations { get; } = [];

    /// <summary>Bytes of results, known when the layer has ended.</summary>
    public long UsedBytes { get; set; }
}
