namespace Jevons.Kernels;

/// <summary>What activations are rounded to before they meet weights.</summary>
public enum ActivationType
{
    /// <summary>Block-quantised weights meet int8 (<see cref="QuantizedRow"/>); float weights meet f32. The default.</summary>
    Int8,

    /// <summary>All weights meet f32: the definition.</summary>
    Float32,

    /// <summary>Weights in bfloat16 with an even number of columns meet bfloat16; the others as by default.</summary>
    BFloat16,
}
