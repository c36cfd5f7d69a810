namespace Jevons.Kernels;

/// <summary>How gate logits become the scores of experts.</summary>
public enum RouterScoring
{
    /// <summary>Softmax over all experts (DeepSeek-V2).</summary>
    Softmax,

    /// <summary>The logistic function of each (DeepSeek-V3).</summary>
    Sigmoid,
}
