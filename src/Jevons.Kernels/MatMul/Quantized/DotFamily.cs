using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>CPUs that sum four byte products into 32 bits: AVX-VNNI, ARM64.</summary>
/// <typeparam name="TLanes">The registers.</typeparam>
/// <typeparam name="V">A register.</typeparam>
/// <typeparam name="TDot">The dot product.</typeparam>
internal readonly struct DotFamily<TLanes, V, TDot> : IQuantProductFamily
    where TLanes : struct, IRowLanes<V>
    where V : struct
    where TDot : struct, IDot4<V>
{
    /// <inheritdoc/>
    public static QuantProduct Build<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker => new PanelProduct<TBlock, TPacker, DotKernel<TForm, TLanes, V, TDot>>();

    /// <inheritdoc/>
    public static QuantProduct? BuildExact<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker =>
            new PanelProduct<TBlock, TPacker, ExactKernel<TForm, TLanes, V>>();
}
