namespace Jevons.Kernels.Products;

/// <summary>An instruction set's product of four bytes into 32 bits.</summary>
/// <typeparam name="V">The register.</typeparam>
internal interface IDot4<V>
    where V : struct
{
    /// <summary>
    /// What the instruction subtracts from each weight by reading it as signed: weights of 8 bits are then seen as
    /// w - 128 after their top bit was flipped, and a form's offset shrinks by that. 0 where weights are read as unsigned.
    /// </summary>
    static abstract bool ReadsSigned { get; }

    /// <summary>acc + the sum over the 4 bytes of a lane of w * x, in 32 bits, exactly.</summary>
    /// <param name="acc">Sums so far.</param>
    /// <param name="w">Weights: unsigned bytes, or signed ones where <see cref="ReadsSigned"/>.</param>
    /// <param name="x">Signed bytes.</param>
    static abstract V Add(V acc, V w, V x);
}
