namespace Jevons.Kernels.Products;

/// <summary>Rows in lanes where the byte product is one of pairs into 16 bits (x86 before VNNI).</summary>
/// <typeparam name="V">The register.</typeparam>
internal interface IPairLanes<V> : IRowLanes<V>
    where V : struct
{
    /// <summary>Two 16-bit sums per lane: w[0] x[0] + w[1] x[1] and w[2] x[2] + w[3] x[3]. The caller bounds w so that none saturates.</summary>
    /// <param name="w">Unsigned bytes.</param>
    /// <param name="x">Signed bytes.</param>
    static abstract V Pairs(V w, V x);

    /// <summary>16-bit sums.</summary>
    static abstract V Add16(V a, V b);

    /// <summary>Per lane low * factor + high * factor in 32 bits, with the same 16-bit factor twice.</summary>
    /// <param name="a">Pairs of 16-bit integers.</param>
    /// <param name="factors">Pairs of 16-bit factors.</param>
    static abstract V SumPairs(V a, V factors);
}
