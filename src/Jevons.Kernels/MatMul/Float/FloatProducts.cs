using Jevons.Kernels.Generated;
using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>The table of float products: stored type and CPU to a shared instance.</summary>
internal static class FloatProducts
{
    private static readonly FloatProduct s_scalar = new ScalarFloatProduct();

    /// <summary>Looks the product up.</summary>
    /// <param name="type">Stored type; all but F16 and BF16 are multiplied as f32.</param>
    /// <param name="features">What may be used.</param>
    /// <returns>A shared instance.</returns>
    public static FloatProduct For(TensorType type, CpuFeatures features) => features.Isa switch
    {
        Isa.Avx512 when InstructionSets.UsesGeneratedKernels(features) => Generated(type),
        Isa.Avx512 => Of<Lanes512>(type),
        Isa.Avx2 => Of<Lanes256>(type),
        Isa.Neon => Of<Lanes128>(type),
        _ => s_scalar,
    };

    private static FloatProduct Of<TLanes>(TensorType type)
        where TLanes : struct, ILanes16<TLanes> => type switch
        {
            TensorType.F16 => Shared<TLanes, Half16Element>.Instance,
            TensorType.BF16 => Shared<TLanes, Brain16Element>.Instance,
            _ => Shared<TLanes, Float32Element>.Instance,
        };

    private static FloatProduct Generated(TensorType type) => type switch
    {
        TensorType.F16 => GeneratedHalf.Instance,
        TensorType.BF16 => GeneratedBrain.Instance,
        _ => GeneratedFloat.Instance,
    };

    private static class GeneratedHalf
    {
        public static readonly FloatProduct Instance = new GeneratedFloatProduct(TileRows.Half16, 2, Shared<Lanes512, Half16Element>.Instance);
    }

    private static class GeneratedBrain
    {
        public static readonly FloatProduct Instance = new GeneratedFloatProduct(TileRows.Brain16, 2, Shared<Lanes512, Brain16Element>.Instance);
    }

    private static class GeneratedFloat
    {
        public static readonly FloatProduct Instance = new GeneratedFloatProduct(TileRows.Float32, 4, Shared<Lanes512, Float32Element>.Instance);
    }

    private static class Shared<TLanes, TElement>
        where TLanes : struct, ILanes16<TLanes>
        where TElement : struct, IElement
    {
        public static readonly FloatProduct Instance = new LaneFloatProduct<TLanes, TElement>();
    }
}
