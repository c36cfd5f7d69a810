using Jevons.Numerics.Blocks;

namespace Jevons.Kernels.Quantization;

/// <summary>
/// How floats become one block, without an importance matrix. Sums run in binary32 in element order and every product is
/// rounded on its own, so that the bytes are those of ggml's reference quantiser.
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
internal interface IBlockEncoder<TBlock>
    where TBlock : unmanaged, IQuantBlock<TBlock>
{
    /// <summary>Quantises one block.</summary>
    /// <param name="x">Exactly one block of finite elements.</param>
    /// <param name="block">Receives the block; overwritten whole.</param>
    /// <returns>False when a scale or minimum is too large for the format, so that the block does not hold the elements.</returns>
    static abstract bool Encode(ReadOnlySpan<float> x, out TBlock block);
}
