using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>4 bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct Bytes4
{
    /// <summary>Number of elements.</summary>
    public const int Length = 4;

    private byte _element;
}
