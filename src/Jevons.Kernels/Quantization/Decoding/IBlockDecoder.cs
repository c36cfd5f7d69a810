using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>How one block becomes floats. Both forms round each product and each sum on its own, so their bits are equal.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
internal interface IBlockDecoder<TBlock>
    where TBlock : unmanaged, IQuantBlock<TBlock>
{
    /// <summary>The definition, in plain loops.</summary>
    /// <param name="block">The block.</param>
    /// <param name="y">Receives exactly one block of elements.</param>
    static abstract void DecodeScalar(in TBlock block, Span<float> y);

    /// <summary>The same bits with vectors.</summary>
    /// <param name="block">The block.</param>
    /// <param name="y">First of the block's elements; as many as the block holds may be written.</param>
    static abstract void Decode(in TBlock block, ref float y);
}
