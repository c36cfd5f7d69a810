namespace Jevons.Kernels.Quantization;

/// <summary>The facts of a model's header that the mixes ask for.</summary>
/// <param name="Name"><c>general.architecture</c>.</param>
/// <param name="BlockCount">Layers.</param>
/// <param name="ExpertCount">Routed experts per layer; 0 for a dense model.</param>
/// <param name="HeadCount">Query heads of the first layer.</param>
/// <param name="HeadCountKv">Key and value heads of the first layer.</param>
public sealed record MixArchitecture(string Name, int BlockCount, int ExpertCount, int HeadCount, int HeadCountKv)
{
    /// <summary>Query heads that share a value head.</summary>
    internal int HeadsPerValue => HeadCountKv > 0 ? HeadCount / HeadCountKv : 1;

    /// <summary>True for the 70B class of Llama and Qwen2, whose few value heads are cheap to keep finer.</summary>
    internal bool IsEightyLayers => BlockCount == 80 && (Name == "qwen2" || (Name == "llama" && HeadCount != HeadCountKv));
}
