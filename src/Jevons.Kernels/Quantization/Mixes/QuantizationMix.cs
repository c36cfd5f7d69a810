namespace Jevons.Kernels.Quantization;

/// <summary>
/// What a whole file is quantised to: a default type and rules for the tensors that deserve better. The values are GGUF's
/// <c>general.file_type</c> numbers.
/// </summary>
public enum QuantizationMix
{
    /// <summary>Every matrix in F32.</summary>
    F32 = 0,

    /// <summary>Every matrix in F16.</summary>
    F16 = 1,

    /// <summary>Q4_0 with the output matrix in Q6_K.</summary>
    Q4_0 = 2,

    /// <summary>Q4_1 with the output matrix in Q6_K.</summary>
    Q4_1 = 3,

    /// <summary>Q8_0 throughout.</summary>
    Q8_0 = 7,

    /// <summary>Q5_0 with the output matrix in Q6_K.</summary>
    Q5_0 = 8,

    /// <summary>Q5_1 with the output matrix in Q6_K.</summary>
    Q5_1 = 9,

    /// <summary>Q2_K with Q3_K and Q4_K where two bits cost most.</summary>
    Q2_K = 10,

    /// <summary>Q3_K throughout but for the output matrix.</summary>
    Q3_K_S = 11,

    /// <summary>Q3_K with Q4_K and Q5_K for values, attention output and the way down.</summary>
    Q3_K_M = 12,

    /// <summary>Q3_K with Q5_K for values, attention output and the way down.</summary>
    Q3_K_L = 13,

    /// <summary>Q4_K with Q5_K in the first layers.</summary>
    Q4_K_S = 14,

    /// <summary>Q4_K with Q6_K for half of the values and of the ways down.</summary>
    Q4_K_M = 15,

    /// <summary>Q5_K throughout but for the output matrix.</summary>
    Q5_K_S = 16,

    /// <summary>Q5_K with Q6_K for half of the values and of the ways down.</summary>
    Q5_K_M = 17,

    /// <summary>Q6_K throughout.</summary>
    Q6_K = 18,

    /// <summary>Q2_K with Q4_K in the first layers.</summary>
    Q2_K_S = 21,

    /// <summary>IQ4_NL with Q5_K in the first layers.</summary>
    IQ4_NL = 25,

    /// <summary>IQ4_XS with Q5_K in the first layers.</summary>
    IQ4_XS = 30,

    /// <summary>Every matrix in BF16.</summary>
    BF16 = 32,

    /// <summary>Experts in MXFP4, all other matrices in Q8_0.</summary>
    MXFP4_MOE = 38,
}
