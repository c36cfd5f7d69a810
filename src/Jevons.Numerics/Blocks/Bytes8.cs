using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>8 bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct Bytes8
{
    /// <summary>Number of elements.</summary>
    public const int Length = 8;

    private byte _element;
}
