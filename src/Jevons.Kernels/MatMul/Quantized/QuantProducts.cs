using System.Runtime.Intrinsics;
using Jevons.Kernels.Generated;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>The table of quantised products: stored type and CPU to block, integer form, packer and kernel.</summary>
internal static class QuantProducts
{
    /// <summary>The product with int8 activations.</summary>
    /// <param name="type">A block type.</param>
    /// <param name="features">What may be used.</param>
    /// <returns>An immutable instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is no block type.</exception>
    public static QuantProduct For(TensorType type, CpuFeatures features) => Find(type, features, GeneratedKernels.OfProcess, exact: false)!;

    /// <summary>The product with f32 activations for few tokens.</summary>
    /// <param name="type">A block type.</param>
    /// <param name="features">What may be used.</param>
    /// <returns>An immutable instance, or null where rows are widened whatever the number of tokens.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is no block type.</exception>
    public static QuantProduct? ForExact(TensorType type, CpuFeatures features) => Find(type, features, GeneratedKernels.OfProcess, exact: true);

    /// <summary>Either product.</summary>
    /// <param name="type">A block type.</param>
    /// <param name="features">What may be used.</param>
    /// <param name="kernels">Whether generated code can run.</param>
    /// <param name="exact">With f32 activations.</param>
    /// <returns>As <see cref="For"/> and <see cref="ForExact"/>.</returns>
    internal static QuantProduct? Find(TensorType type, CpuFeatures features, GeneratedKernels kernels, bool exact) => features.Isa switch
    {
        Isa.Avx512 when InstructionSets.UsesGeneratedKernels(features, kernels) => Table<VnniFamily, Avx512Rows, Vector512<uint>>(type, exact),
        Isa.Avx512 => Table<PairFamily<Avx512Rows, Vector512<uint>>, Avx512Rows, Vector512<uint>>(type, exact),
        Isa.Avx2 when features.AvxVnni => Table<DotFamily<Avx2Rows, Vector256<uint>, AvxVnniDot4>, Avx2Rows, Vector256<uint>>(type, exact),
        Isa.Avx2 => Table<PairFamily<Avx2Rows, Vector256<uint>>, Avx2Rows, Vector256<uint>>(type, exact),
        Isa.Neon when features.ArmDotProduct => Table<DotFamily<NeonRows, Vector128<uint>, NeonDot4>, NeonRows, Vector128<uint>>(type, exact),
        Isa.Neon => Table<DotFamily<NeonRows, Vector128<uint>, NeonWideningDot4>, NeonRows, Vector128<uint>>(type, exact),

        // The specification unpacks nothing, so the lanes of its packers are never asked for.
        _ => Table<ScalarFamily, NeonRows, Vector128<uint>>(type, exact),
    };

    private static QuantProduct? Table<TFamily, TLanes, V>(TensorType type, bool exact)
        where TFamily : struct, IQuantProductFamily
        where TLanes : struct, IRowLanes<V>
        where V : struct => type switch
        {
            TensorType.Q4_0 => Make<TFamily, BlockQ4_0, Q4_0Form, NibblePacker<BlockQ4_0, TLanes, V>>(exact),
            TensorType.Q4_1 => Make<TFamily, BlockQ4_1, Q4_1Form, NibblePacker<BlockQ4_1, TLanes, V>>(exact),
            TensorType.Q5_0 => Make<TFamily, BlockQ5_0, Q5_0Form, NibblePacker<BlockQ5_0, TLanes, V>>(exact),
            TensorType.Q5_1 => Make<TFamily, BlockQ5_1, Q5_1Form, NibblePacker<BlockQ5_1, TLanes, V>>(exact),
            TensorType.IQ4_NL => Make<TFamily, BlockIQ4NL, IQ4_NLForm, NibblePacker<BlockIQ4NL, TLanes, V>>(exact),
            TensorType.Q8_0 => Make<TFamily, BlockQ8_0, Q8_0Form, Q8_0Packer<TLanes, V>>(exact),
            TensorType.Q2_K => Make<TFamily, BlockQ2K, Q2_KForm, Q2KPacker<TLanes, V>>(exact),
            TensorType.Q3_K => Make<TFamily, BlockQ3K, Q3_KForm, Q3KPacker<TLanes, V>>(exact),
            TensorType.Q4_K => Make<TFamily, BlockQ4K, Q4_KForm, Q45KPacker<BlockQ4K, TLanes, V>>(exact),
            TensorType.Q5_K => Make<TFamily, BlockQ5K, Q5_KForm, Q45KPacker<BlockQ5K, TLanes, V>>(exact),
            TensorType.Q6_K => Make<TFamily, BlockQ6K, Q6_KForm, Q6KPacker<TLanes, V>>(exact),
            TensorType.IQ4_XS => Make<TFamily, BlockIQ4XS, IQ4_XSForm, IQ4XSPacker<TLanes, V>>(exact),
            TensorType.MXFP4 => Make<TFamily, BlockMXFP4, MXFP4Form, FormPacker<BlockMXFP4, MXFP4Form, TLanes, V>>(exact),
            TensorType.IQ1_S => Make<TFamily, BlockIQ1S, IQ1_SForm, FormPacker<BlockIQ1S, IQ1_SForm, TLanes, V>>(exact),
            TensorType.IQ1_M => Make<TFamily, BlockIQ1M, IQ1_MForm, FormPacker<BlockIQ1M, IQ1_MForm, TLanes, V>>(exact),
            TensorType.IQ2_XXS => Make<TFamily, BlockIQ2XXS, IQ2_XXSForm, FormPacker<BlockIQ2XXS, IQ2_XXSForm, TLanes, V>>(exact),
            TensorType.IQ2_XS => Make<TFamily, BlockIQ2XS, IQ2_XSForm, FormPacker<BlockIQ2XS, IQ2_XSForm, TLanes, V>>(exact),
            TensorType.IQ2_S => Make<TFamily, BlockIQ2S, IQ2_SForm, FormPacker<BlockIQ2S, IQ2_SForm, TLanes, V>>(exact),
            TensorType.IQ3_XXS => Make<TFamily, BlockIQ3XXS, IQ3_XXSForm, FormPacker<BlockIQ3XXS, IQ3_XXSForm, TLanes, V>>(exact),
            TensorType.IQ3_S => Make<TFamily, BlockIQ3S, IQ3_SForm, FormPacker<BlockIQ3S, IQ3_SForm, TLanes, V>>(exact),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no block type"),
        };

    private static QuantProduct? Make<TFamily, TBlock, TForm, TPacker>(bool exact)
        where TFamily : struct, IQuantProductFamily
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker =>
        exact ? TFamily.BuildExact<TBlock, TForm, TPacker>() : TFamily.Build<TBlock, TForm, TPacker>();
}
