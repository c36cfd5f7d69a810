using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>x86 without VNNI: products of byte pairs into 16 bits.</summary>
/// <typeparam name="TLanes">AVX2 or AVX-512.</typeparam>
/// <typeparam name="V">Its register.</typeparam>
internal readonly struct PairFamily<TLanes, V> : IQuantProductFamily
    where TLanes : struct, IPairLanes<V>
    where V : struct
{
    /// <inheritdoc/>
    public static QuantProduct Build<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker => TForm.Bits == 8
            ? new PanelProduct<TBlock, TPacker, PlaneKernel<TForm, TLanes, V>>()
            : new PanelProduct<TBlock, TPacker, PairKernel<TForm, TLanes, V>>();

    /// <inheritdoc/>
    public static QuantProduct? BuildExact<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker =>
            new PanelProduct<TBlock, TPacker, ExactKernel<TForm, TLanes, V>>();
}
