using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>12 bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct Bytes12
{
    /// <summary>Number of elements.</summary>
    public const int Length = 12;

    private byte _element;
}
