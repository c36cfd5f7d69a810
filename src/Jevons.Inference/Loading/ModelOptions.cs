using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Inference;

/// <summary>How a model is loaded.</summary>
public sealed record ModelOptions
{
    /// <summary>Dequantises and computes in f32: the definition that the default is compared with.</summary>
    public bool Exact { get; init; }

    /// <summary>What activations are rounded to unless <see cref="Exact"/>; BFloat16 concerns weights in bfloat16 alone.</summary>
    public ActivationType Activations { get; init; }

    /// <summary>The instruction set that kernels may use; null for all that the processor has.</summary>
    public CpuFeatures? Features { get; init; }

    /// <summary>LoRA adapters to run the model with: folders as PEFT writes them or GGUF adapters, and the weight of each.</summary>
    public IReadOnlyList<(string Path, float Weight)> Adapters { get; init; } = [];

    /// <summary>Source of a chat template to use instead of the model's own.</summary>
    public string? ChatTemplate { get; init; }
}
