using System.Runtime.Intrinsics;

namespace Jevons.Kernels.Products;

/// <summary>
/// A block type read as integers: element i of group g is Scale(g) * q[i] - Minimum(g), where q is a small signed integer
/// and a group has 16 or 32 elements. Scale * q and the difference, each rounded on its own, are the bits of
/// <see cref="Quantization.Dequantize"/>; products with int8 activations use q, Scale and Minimum directly.
/// </summary>
/// <typeparam name="TBlock">The block.</typeparam>
internal interface IQuantForm<TBlock> : IGroupShape
    where TBlock : unmanaged
{
    /// <summary>The integers of elements 16 j to 16 j + 15.</summary>
    /// <param name="block">The block.</param>
    /// <param name="j">Which sixteen of the block.</param>
    /// <returns>Lane l is element 16 j + l.</returns>
    static abstract Vector128<sbyte> Values(in TBlock block, int j);

    /// <summary>The scale of a group.</summary>
    /// <param name="block">The block.</param>
    /// <param name="group">Group of the block.</param>
    /// <returns>The factor, bracketed as the format's dequantisation.</returns>
    static abstract float Scale(in TBlock block, int group);

    /// <summary>What is subtracted from every element of a group.</summary>
    /// <param name="block">The block.</param>
    /// <param name="group">Group of the block.</param>
    /// <returns>The minimum; 0 when <see cref="IGroupShape.HasMinimum"/> is false.</returns>
    static abstract float Minimum(in TBlock block, int group);
}
