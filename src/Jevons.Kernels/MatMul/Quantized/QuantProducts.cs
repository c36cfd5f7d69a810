using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>The table of quantised products: stored type and instruction set to a way to compute.</summary>
internal static class QuantProducts
{
    /// <summary>Makes the product.</summary>
    /// <param name="type">A block type.</param>
    /// <param name="features">What may be used.</param>
    /// <returns>An immutable instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is no block type.</exception>
    public static QuantProduct For(TensorType type, CpuFeatures features) => type switch
    {
        TensorType.Q4_0 => Make<BlockQ4_0, Q4_0Form>(features),
        TensorType.Q4_1 => Make<BlockQ4_1, Q4_1Form>(features),
        TensorType.Q5_0 => Make<BlockQ5_0, Q5_0Form>(features),
        TensorType.Q5_1 => Make<BlockQ5_1, Q5_1Form>(features),
        TensorType.Q8_0 => Make<BlockQ8_0, Q8_0Form>(features),
        TensorType.Q2_K => Make<BlockQ2K, Q2_KForm>(features),
        TensorType.Q3_K => Make<BlockQ3K, Q3_KForm>(features),
        TensorType.Q4_K => Make<BlockQ4K, Q4_KForm>(features),
        TensorType.Q5_K => Make<BlockQ5K, Q5_KForm>(features),
        TensorType.Q6_K => Make<BlockQ6K, Q6_KForm>(features),
        TensorType.IQ4_NL => Make<BlockIQ4NL, IQ4_NLForm>(features),
        TensorType.IQ4_XS => Make<BlockIQ4XS, IQ4_XSForm>(features),
        TensorType.MXFP4 => Make<BlockMXFP4, MXFP4Form>(features),
        TensorType.IQ1_S => Make<BlockIQ1S, IQ1_SForm>(features),
        TensorType.IQ1_M => Make<BlockIQ1M, IQ1_MForm>(features),
        TensorType.IQ2_XXS => Make<BlockIQ2XXS, IQ2_XXSForm>(features),
        TensorType.IQ2_XS => Make<BlockIQ2XS, IQ2_XSForm>(features),
        TensorType.IQ2_S => Make<BlockIQ2S, IQ2_SForm>(features),
        TensorType.IQ3_XXS => Make<BlockIQ3XXS, IQ3_XXSForm>(features),
        TensorType.IQ3_S => Make<BlockIQ3S, IQ3_SForm>(features),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no block type"),
    };

    private static QuantProduct Make<TBlock, TForm>(CpuFeatures features)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock> => features.Isa switch
        {
            _ => new ScalarQuantProduct<TBlock, TForm>(),
        };
}
