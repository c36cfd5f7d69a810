namespace Jevons.Numerics;

/// <summary>
/// Element type of a stored tensor. Values below 256 are ggml's type numbers (GGUF v3, "Tensor infos"); values from
/// 0x1000 are types that GGUF does not know and that occur in safetensors only.
/// </summary>
public enum TensorType
{
    /// <summary>IEEE binary32.</summary>
    F32 = 0,

    /// <summary>IEEE binary16.</summary>
    F16 = 1,

    /// <summary>32 elements in 18 bytes: half scale, 4-bit values minus 8.</summary>
    Q4_0 = 2,

    /// <summary>32 elements in 20 bytes: half scale and minimum, 4-bit values.</summary>
    Q4_1 = 3,

    /// <summary>32 elements in 22 bytes: half scale, 5-bit values minus 16.</summary>
    Q5_0 = 6,

    /// <summary>32 elements in 24 bytes: half scale and minimum, 5-bit values.</summary>
    Q5_1 = 7,

    /// <summary>32 elements in 34 bytes: half scale, 8-bit values.</summary>
    Q8_0 = 8,

    /// <summary>256 elements in 84 bytes: 2-bit values, 4-bit scales and minima per 16.</summary>
    Q2_K = 10,

    /// <summary>256 elements in 110 bytes: 3-bit values, 6-bit scales per 16.</summary>
    Q3_K = 11,

    /// <summary>256 elements in 144 bytes: 4-bit values, 6-bit scales and minima per 32.</summary>
    Q4_K = 12,

    /// <summary>256 elements in 176 bytes: 5-bit values, 6-bit scales and minima per 32.</summary>
    Q5_K = 13,

    /// <summary>256 elements in 210 bytes: 6-bit values, 8-bit scales per 16.</summary>
    Q6_K = 14,

    /// <summary>256 elements in 66 bytes: 2.06 bits, codebook of 256 rows of 8.</summary>
    IQ2_XXS = 16,

    /// <summary>256 elements in 74 bytes: 2.31 bits, codebook of 512 rows of 8.</summary>
    IQ2_XS = 17,

    /// <summary>256 elements in 98 bytes: 3.06 bits, codebook of 256 rows of 4.</summary>
    IQ3_XXS = 18,

    /// <summary>256 elements in 50 bytes: 1.56 bits, codebook of 2048 ternary rows of 8.</summary>
    IQ1_S = 19,

    /// <summary>32 elements in 18 bytes: half scale, 4-bit indices into a table of 16 values.</summary>
    IQ4_NL = 20,

    /// <summary>256 elements in 110 bytes: 3.44 bits, codebook of 512 rows of 4.</summary>
    IQ3_S = 21,

    /// <summary>256 elements in 82 bytes: 2.56 bits, codebook of 1024 rows of 8.</summary>
    IQ2_S = 22,

    /// <summary>256 elements in 136 bytes: IQ4_NL's table with 6-bit scales per 32.</summary>
    IQ4_XS = 23,

    /// <summary>Signed 8-bit integer.</summary>
    I8 = 24,

    /// <summary>Signed 16-bit integer.</summary>
    I16 = 25,

    /// <summary>Signed 32-bit integer.</summary>
    I32 = 26,

    /// <summary>Signed 64-bit integer.</summary>
    I64 = 27,

    /// <summary>IEEE binary64.</summary>
    F64 = 28,

    /// <summary>256 elements in 56 bytes: 1.75 bits, IQ1_S's codebook with scales per 16.</summary>
    IQ1_M = 29,

    /// <summary>The upper half of IEEE binary32.</summary>
    BF16 = 30,

    /// <summary>32 elements in 17 bytes: e8m0 scale, e2m1 values.</summary>
    MXFP4 = 39,

    /// <summary>e4m3fn: bias 7, largest 448, no infinity; safetensors only.</summary>
    F8_E4M3 = 0x1000,

    /// <summary>Unsigned 8-bit integer; safetensors only.</summary>
    U8 = 0x1001,

    /// <summary>One byte per truth value; safetensors only.</summary>
    Bool = 0x1002,
}
