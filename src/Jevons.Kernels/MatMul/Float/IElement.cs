namespace Jevons.Kernels.Products;

/// <summary>A stored float type: how 16 elements become lanes.</summary>
internal unsafe interface IElement
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Bytes { get; }

    /// <summary>16 elements, widened exactly.</summary>
    /// <typeparam name="TLanes">The instruction set.</typeparam>
    /// <param name="p">First element.</param>
    static abstract TLanes Load<TLanes>(byte* p)
        where TLanes : struct, ILanes16<TLanes>;
}
