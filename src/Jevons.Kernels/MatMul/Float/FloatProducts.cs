using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>The table of float products: stored type and instruction set to a shared instance.</summary>
internal static class FloatProducts
{
    private static readonly FloatProduct s_scalar = new ScalarFloatProduct();

    /// <summary>Looks the product up.</summary>
    /// <param name="type">Stored type.</param>
    /// <param name="features">What may be used.</param>
    /// <returns>A shared instance.</returns>
    public static FloatProduct For(TensorType type, CpuFeatures features) => features.Isa switch
    {
        _ => s_scalar,
    };
}
