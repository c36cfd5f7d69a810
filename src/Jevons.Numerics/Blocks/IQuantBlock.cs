namespace Jevons.Numerics.Blocks;

/// <summary>
/// The layout of one block of a quantised tensor: an unmanaged struct without padding whose bytes are those of the file
/// (little-endian). How a block becomes floats, and floats a block, is the business of the kernels.
/// </summary>
/// <typeparam name="TSelf">The block itself.</typeparam>
public interface IQuantBlock<TSelf>
    where TSelf : unmanaged, IQuantBlock<TSelf>
{
    /// <summary>The tensor type whose rows consist of such blocks.</summary>
    static abstract TensorType Type { get; }

    /// <summary>Elements in one block: 32 or 256.</summary>
    static abstract int Length { get; }
}
