using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>32 bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct Bytes32
{
    /// <summary>Number of elements.</summary>
    public const int Length = 32;

    private byte _element;
}
