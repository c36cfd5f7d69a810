using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>32 signed bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct SBytes32
{
    /// <summary>Number of elements.</summary>
    public const int Length = 32;

    private sbyte _element;
}
