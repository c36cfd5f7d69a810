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
    public static BrainProduct For(CpuFeatures features) => For(features, GeneratedKernels.OfProcess);

    /// <summary>Looks the product up.</summary>
    /// <param name="features">What may be used.</param>
    /// <param name="kernels">Whether generated code can run.</param>
    /// <returns>A shared instance.</returns>
    internal static BrainProduct For(CpuFeatures features, GeneratedKernels kernels) =>
        features.Isa == Isa.Scalar ? s_scalar
        : features.Avx512BFloat16 && InstructionSets.UsesGeneratedKernels(features, kernels) ? Generated.Instance
        : s_vector;

    /// <summary>The generated product, or the intrinsic one where it gives other bits on a probe.</summary>
    /// <param name="kernels">Told of a refusal.</param>
    /// <param name="make">Makes the generated one of the intrinsic one.</param>
    internal static BrainProduct Choose(GeneratedKernels kernels, Func<BrainProduct, BrainProduct> make)
    {
        BrainProduct? made = null;
        return kernels.Accepts("BF16 x bf16", () => TileProbe.Agrees(made = make(s_vector), s_vector)) ? made! : s_vector;
    }

    private static class Generated
    {
        public static readonly BrainProduct Instance = Choose(GeneratedKernels.OfProcess, plain => new GeneratedBrainProduct(plain));
    }
}
