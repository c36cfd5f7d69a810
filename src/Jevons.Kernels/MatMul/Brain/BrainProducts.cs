using Jevons.Kernels.Generated;
using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>The table of bfloat16 products: CPU to a shared instance.</summary>
internal static class BrainProducts
{
    private static readonly BrainProduct s_scalar = new ScalarBrainProduct();
    private static readonly BrainProduct s_vector = new VectorBrainProduct();

    /// <summary>Looks the product up.</summary>
    /// <param name="features">What may be used.</param>
    /// <returns>A shared instance.</returns>
    public static BrainProduct For(CpuFeatures features) =>
        features.Isa == Isa.Scalar ? s_scalar
        : features.Avx512BFloat16 && InstructionSets.UsesGeneratedKernels(features) ? Generated.Instance
        : s_vector;

    private static class Generated
    {
        public static readonly BrainProduct Instance = new GeneratedBrainProduct(s_vector);
    }
}
