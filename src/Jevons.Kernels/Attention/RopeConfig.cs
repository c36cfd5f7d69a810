namespace Jevons.Kernels;

/// <summary>A rotary position embedding (arXiv 2104.09864) and its scaling, as config files give them.</summary>
public sealed record RopeConfig
{
    /// <summary>D: rotated dimensions of a head, even. Exponents and YaRN's bounds use it, not the head's size.</summary>
    public required int Dim { get; init; }

    /// <summary>The base b: f_i = b^(-2i/D).</summary>
    public required double Theta { get; init; }

    /// <summary>Scaling of the frequencies.</summary>
    public RopeScaling Scaling { get; init; }

    /// <summary>Factor s of the scaling.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Original context length L in tokens (llama3 and YaRN).</summary>
    public double OriginalContext { get; init; }

    /// <summary>llama3: wavelengths above L / this are divided by the factor.</summary>
    public double LowFreqFactor { get; init; } = 1;

    /// <summary>llama3: wavelengths below L / this are kept.</summary>
    public double HighFreqFactor { get; init; } = 4;

    /// <summary>YaRN: turns within L above which a pair is kept.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>YaRN: turns within L below which a pair is divided by the factor.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>YaRN: whether the ends of the ramp are rounded outwards to whole pairs.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>YaRN: the magnitude itself, when the config gives it.</summary>
    public double? AttentionFactor { get; init; }

    /// <summary>YaRN: numerator of the magnitude.</summary>
    public double? Mscale { get; init; }

    /// <summary>YaRN: denominator of the magnitude.</summary>
    public double? MscaleAllDim { get; init; }

    /// <summary>Multiplies the magnitude of any scaling (rope.scaling.attn_factor of GGUF files).</summary>
    public double MagnitudeMultiplier { get; init; } = 1;

    /// <summary>D/2 divisors of the angles (rope_freqs.weight of GGUF files), or null.</summary>
    public IReadOnlyList<float>? FreqDivisors { get; init; }
}
