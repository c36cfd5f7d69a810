namespace Jevons.Kernels;

/// <summary>How rotary frequencies are stretched for contexts beyond the one a model was trained on.</summary>
public enum RopeScaling
{
    /// <summary>f_i as it is.</summary>
    None,

    /// <summary>f_i / factor.</summary>
    Linear,

    /// <summary>Llama 3: long wavelengths divided, short ones kept, a linear blend between.</summary>
    Llama3,

    /// <summary>YaRN (arXiv 2309.00071): a ramp over the pairs, and a magnitude on cos and sin.</summary>
    Yarn,
}
