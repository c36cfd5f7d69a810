using System.Runtime.Intrinsics;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>The table of quantised products: stored type and CPU to block, integer form, packer and kernel.</summary>
internal static class QuantProducts
{
    /// <summary>Makes the product.</summary>
    /// <param name="type">A block type.</param>
    /// <param name="features">What may be used.</param>
    /// <returns>An immutable instance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is no block type.</exception>
    public static QuantProduct For(TensorType type, CpuFeatures features) => features.Isa switch
    {
        Isa.Avx512 => Table<PairFamily<Avx512Rows, Vector512<uint>>, Avx512Rows, Vector512<uint>>(type),
        Isa.Avx2 when features.AvxVnni => Table<DotFamily<Avx2Rows, Vector256<uint>, AvxVnniDot4>, Avx2Rows, Vector256<uint>>(type),
        Isa.Avx2 => Table<PairFamily<Avx2Rows, Vector256<uint>>, Avx2Rows, Vector256<uint>>(type),
        Isa.Neon when features.ArmDotProduct => Table<DotFamily<NeonRows, Vector128<uint>, NeonDot4>, NeonRows, Vector128<uint>>(type),
        Isa.Neon => Table<DotFamily<NeonRows, Vector128<uint>, NeonWideningDot4>, NeonRows, Vector128<uint>>(type),

        // The specification unpacks nothing, so the lanes of its packers are never asked for.
        _ => Table<ScalarFamily, NeonRows, Vector128<uint>>(type),
    };

    private static QuantProduct Table<TFamily, TLanes, V>(TensorType type)
        where TFamily : struct, IQuantProductFamily
        where TLanes : struct, IRowLanes<V>
        where V : struct => type switch
        {
            TensorType.Q4_0 => TFamily.Build<BlockQ4_0, Q4_0Form, NibblePacker<BlockQ4_0, TLanes, V>>(),
            TensorType.Q4_1 => TFamily.Build<BlockQ4_1, Q4_1Form, NibblePacker<BlockQ4_1, TLanes, V>>(),
            TensorType.Q5_0 => TFamily.Build<BlockQ5_0, Q5_0Form, NibblePacker<BlockQ5_0, TLanes, V>>(),
            TensorType.Q5_1 => TFamily.Build<BlockQ5_1, Q5_1Form, NibblePacker<BlockQ5_1, TLanes, V>>(),
            TensorType.IQ4_NL => TFamily.Build<BlockIQ4NL, IQ4_NLForm, NibblePacker<BlockIQ4NL, TLanes, V>>(),
            TensorType.Q8_0 => TFamily.Build<BlockQ8_0, Q8_0Form, Q8_0Packer<TLanes, V>>(),
            TensorType.Q2_K => TFamily.Build<BlockQ2K, Q2_KForm, Q2KPacker<TLanes, V>>(),
            TensorType.Q3_K => TFamily.Build<BlockQ3K, Q3_KForm, Q3KPacker<TLanes, V>>(),
            TensorType.Q4_K => TFamily.Build<BlockQ4K, Q4_KForm, Q45KPacker<BlockQ4K, TLanes, V>>(),
            TensorType.Q5_K => TFamily.Build<BlockQ5K, Q5_KForm, Q45KPacker<BlockQ5K, TLanes, V>>(),
            TensorType.Q6_K => TFamily.Build<BlockQ6K, Q6_KForm, Q6KPacker<TLanes, V>>(),
            TensorType.IQ4_XS => TFamily.Build<BlockIQ4XS, IQ4_XSForm, IQ4XSPacker<TLanes, V>>(),
            TensorType.MXFP4 => TFamily.Build<BlockMXFP4, MXFP4Form, FormPacker<BlockMXFP4, MXFP4Form, TLanes, V>>(),
            TensorType.IQ1_S => TFamily.Build<BlockIQ1S, IQ1_SForm, FormPacker<BlockIQ1S, IQ1_SForm, TLanes, V>>(),
            TensorType.IQ1_M => TFamily.Build<BlockIQ1M, IQ1_MForm, FormPacker<BlockIQ1M, IQ1_MForm, TLanes, V>>(),
            TensorType.IQ2_XXS => TFamily.Build<BlockIQ2XXS, IQ2_XXSForm, FormPacker<BlockIQ2XXS, IQ2_XXSForm, TLanes, V>>(),
            TensorType.IQ2_XS => TFamily.Build<BlockIQ2XS, IQ2_XSForm, FormPacker<BlockIQ2XS, IQ2_XSForm, TLanes, V>>(),
            TensorType.IQ2_S => TFamily.Build<BlockIQ2S, IQ2_SForm, FormPacker<BlockIQ2S, IQ2_SForm, TLanes, V>>(),
            TensorType.IQ3_XXS => TFamily.Build<BlockIQ3XXS, IQ3_XXSForm, FormPacker<BlockIQ3XXS, IQ3_XXSForm, TLanes, V>>(),
            TensorType.IQ3_S => TFamily.Build<BlockIQ3S, IQ3_SForm, FormPacker<BlockIQ3S, IQ3_SForm, TLanes, V>>(),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no block type"),
        };
}
