using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>16 little-endian 32-bit words in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct UInt32s16
{
    /// <summary>Number of elements.</summary>
    public const int Length = 16;

    private uint _element;
}
