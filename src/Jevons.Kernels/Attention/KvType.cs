namespace Jevons.Kernels;

/// <summary>Element type of the key-value cache.</summary>
public enum KvType
{
    /// <summary>IEEE binary32: nothing is rounded.</summary>
    F32,

    /// <summary>IEEE binary16, rounded to nearest even.</summary>
    F16,

    /// <summary>bfloat16, rounded to nearest even.</summary>
    BF16,

    /// <summary>int8 with one half-precision scale per 32 dimensions of a head.</summary>
    Q8_0,
}
