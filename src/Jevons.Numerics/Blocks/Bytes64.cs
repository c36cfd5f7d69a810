using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>64 bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct Bytes64
{
    /// <summary>Number of elements.</summary>
    public const int Length = 64;

    private byte _element;
}
