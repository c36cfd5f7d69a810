using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>8 little-endian 32-bit words in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct UInt32s8
{
    /// <summary>Number of elements.</summary>
    public const int Length = 8;

    private uint _element;
}
