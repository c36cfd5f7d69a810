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

    /// <summary>A generated product with int8 activations, or the intrinsic one where it gives other bits on a probe.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <typeparam name="TForm">How it reads as integers.</typeparam>
    /// <typeparam name="TPacker">How 16 rows of it are unpacked.</typeparam>
    /// <param name="kernels">Told of a refusal.</param>
    /// <param name="make">Makes the generated one.</param>
    internal static QuantProduct ChooseInt8<TBlock, TForm, TPacker>(GeneratedKernels kernels, Func<QuantProduct> make)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker
    {
        QuantProduct? made = null;
        return kernels.Accepts($"{TBlock.Type} x int8", () => QuantProbe.Int8Agrees<TBlock, TForm>(made = make()))
            ? made!
            : PairFamily<Avx512Rows, Vector512<uint>>.Build<TBlock, TForm, TPacker>();
    }

    /// <summary>A product with f32 activations whose few tokens are generated, or the intrinsic one where it gives other bits.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <typeparam name="TForm">How it reads as integers.</typeparam>
    /// <param name="kernels">Told of a refusal.</param>
    /// <param name="make">Makes the generated one of the intrinsic one, or returns that where the type has none.</param>
    /// <param name="tiles">The intrinsic one.</param>
    internal static QuantProduct ChooseExact<TBlock, TForm>(GeneratedKernels kernels, Func<QuantProduct, QuantProduct> make, QuantProduct tiles)
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
    {
        QuantProduct made = tiles;
        return kernels.Accepts(
            $"{TBlock.Type} x f32",
            () => ReferenceEquals(made = make(tiles), tiles) || QuantProbe.ExactAgrees<TBlock, TForm>(made))
            ? made
            : tiles;
    }

    // Code is generated once for a type, when the first matrix of it is made.
    private static class Int8<TBlock, TForm, TPacker>
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker
    {
        public static readonly QuantProduct Instance = ChooseInt8<TBlock, TForm, TPacker>(GeneratedKernels.OfProcess, Make);

        private static unsafe QuantProduct Make()
        {
            QuantProduct tiles = new PanelProduct<TBlock, TPacker, VnniKernel<TForm>>();
            int most = FewTokensFormats.MostTokens(TBlock.Type);
            return most == 0
                ? tiles
                : new FewTokensProduct(
                    new TokenKernels<FewTokensCall>(most, tokens => (nint)FewTokensFormats.Build(TBlock.Type, tokens)), FewTokensCode.Rows, TBlock.Length, isExact: false, tiles);
        }
    }

    private static class Exact<TBlock, TForm, TPacker>
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker
    {
        public static readonly QuantProduct Instance = ChooseExact<TBlock, TForm>(
            GeneratedKernels.OfProcess, Make, new PanelProduct<TBlock, TPacker, ExactKernel<TForm, Avx512Rows, Vector512<uint>>>());

        private static unsafe QuantProduct Make(QuantProduct tiles)
        {
            return ExactRowsFormats.Has(TBlock.Type)
                ? new FewTokensProduct(
                    new TokenKernels<FewTokensCall>(ExactRowsCode.MostTokens, tokens => (nint)ExactRowsFormats.Build(TBlock.Type, tokens)),
                    ExactRowsCode.Rows,
                    TBlock.Length,
                    isExact: true,
                    tiles)
                : tiles;
        }
    }
}
