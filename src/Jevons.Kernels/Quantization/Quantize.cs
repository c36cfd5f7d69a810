using Jevons.Numerics;

namespace Jevons.Kernels.Quantization;

/// <summary>Floats to stored weights.</summary>
public static class Quantize
{
    /// <summary>True for the types that can be written.</summary>
    /// <param name="type">Any value.</param>
    /// <returns>Whether rows of the type can be made.</returns>
    public static bool IsSupported(TensorType type) => type == TensorType.F32;
}
