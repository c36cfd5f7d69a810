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
            void* code = SingleTokenFormats.TryBuild(TBlock.Type);
            return code is null ? tiles : new SingleTokenProduct(code, SingleTokenCode.Rows, TBlock.Length, isExact: false, tiles);
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
            void* code = ExactRowsCode.TryBuild(TBlock.Type);
            return code is null ? tiles : new SingleTokenProduct(code, ExactRowsCode.Rows, TBlock.Length, isExact: true, tiles);
        }
    }
}
