using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>128 bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct Bytes128
{
    /// <summary>Number of elements.</summary>
    public const int Length = 128;

    private byte _element;
}
