namespace Jevons.Kernels.Products;

/// <summary>What a kernel has to know of a weight type at compile time.</summary>
internal interface IGroupShape
{
    /// <summary>Elements that share a scale: 16 or 32.</summary>
    static abstract int GroupLength { get; }

    /// <summary>What was added to every integer of the tile: 0 or a power of two.</summary>
    static abstract int Offset { get; }

    /// <summary>Bits of the largest value of the tile.</summary>
    static abstract int Bits { get; }

    /// <summary>Whether minima are subtracted.</summary>
    static abstract bool HasMinimum { get; }
}
