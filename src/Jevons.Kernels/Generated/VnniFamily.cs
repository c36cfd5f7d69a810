using System.Runtime.Intrinsics;
using Jevons.Kernels.Products;
using Jevons.Numerics;
using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Generated;

/// <summary>x86 with AVX-512 VNNI, where generated code may run; packing and exact products are the intrinsic ones.</summary>
internal readonly struct VnniFamily : IQuantProductFamily
{
    /// <inheritdoc/>
    public static QuantProduct Build<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker => Int8<TBlock, TForm, TPacker>.Instance;

    /// <inheritdoc/>
    public static QuantProduct? BuildExact<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker => Exact<TBlock, TForm, TPacker>.Instance;

    // Code is generated once for a type, when the first matrix of it is made.
    private static class Int8<TBlock, TForm, TPacker>
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker
    {
        public static readonly QuantProduct Instance = Make();

        private static unsafe QuantProduct Make()
        {
            QuantProduct tiles = new PanelProduct<TBlock, TPacker, VnniKernel<TForm>>();
            int most = FewTokensFormats.MostTokens(TBlock.Type);
            return most == 0
                ? tiles
                : new FewTokensProduct(
                    new FewTokensKernels(FewTokensCode.Rows, most, tokens => (nint)FewTokensFormats.Build(TBlock.Type, tokens)), TBlock.Length, isExact: false, tiles);
        }
    }

    private static class Exact<TBlock, TForm, TPacker>
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker
    {
        public static readonly QuantProduct Instance = Make();

        private static unsafe QuantProduct Make()
        {
            QuantProduct tiles = new PanelProduct<TBlock, TPacker, ExactKernel<TForm, Avx512Rows, Vector512<uint>>>();
            return TBlock.Type is TensorType.Q8_0 or TensorType.Q6_K
                ? new FewTokensProduct(
                    new FewTokensKernels(ExactRowsCode.Rows, ExactRowsCode.MostTokens, tokens => (nint)ExactRowsCode.Build(TBlock.Type, tokens)),
                    TBlock.Length,
                    isExact: true,
                    tiles)
                : tiles;
        }
    }
}
