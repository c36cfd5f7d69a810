using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>16 bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct Bytes16
{
    /// <summary>Number of elements.</summary>
    public const int Length = 16;

    private byte _element;
}
