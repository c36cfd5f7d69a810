using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Products;

/// <summary>The kernels of one instruction set; generated kernels join as another family.</summary>
internal interface IQuantProductFamily
{
    /// <summary>Makes the product of a type with int8 activations.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <typeparam name="TForm">How it reads as integers.</typeparam>
    /// <typeparam name="TPacker">How 16 rows of it are unpacked with this instruction set.</typeparam>
    /// <returns>An immutable instance.</returns>
    static abstract QuantProduct Build<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker;

    /// <summary>Makes the float product of a type for few tokens.</summary>
    /// <typeparam name="TBlock">The block.</typeparam>
    /// <typeparam name="TForm">How it reads as integers.</typeparam>
    /// <typeparam name="TPacker">How 16 rows of it are unpacked with this instruction set.</typeparam>
    /// <returns>An immutable instance, or null where rows are widened whatever the number of tokens.</returns>
    static abstract QuantProduct? BuildExact<TBlock, TForm, TPacker>()
        where TBlock : unmanaged, IQuantBlock<TBlock>
        where TForm : struct, IQuantForm<TBlock>
        where TPacker : struct, IPanelPacker;
}
