using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>The specification; it needs no packer.</summary>
internal readonly struct ScalarFamily : IQuantProductFamily
{
    /// <inheritdoc/>
    public static QuantProduct Build<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker => new ScalarQuantProduct<TBlock, TForm>();

    /// <inheritdoc/>
    public static QuantProduct? BuildExact<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker => null;
}
