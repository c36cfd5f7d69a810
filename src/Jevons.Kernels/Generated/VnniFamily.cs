using System.Runtime.Intrinsics;
using Jevons.Kernels.Products;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Generated;

/// <summary>x86 with AVX-512 VNNI, where generated code may run; packing and exact products are the intrinsic ones.</summary>
internal readonly struct VnniFamily : IQuantProductFamily
{
    /// <inheritdoc/>
    public static QuantProduct Build<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker => new VnniProduct<TBlock, TForm, TPacker>();

    /// <inheritdoc/>
    public static QuantProduct? BuildExact<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker =>
            new PanelProduct<TBlock, TPacker, ExactKernel<TForm, Avx512Rows, Vector512<uint>>>();
}
