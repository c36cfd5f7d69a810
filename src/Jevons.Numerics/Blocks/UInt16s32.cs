using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>32 little-endian 16-bit words in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct UInt16s32
{
    /// <summary>Number of elements.</summary>
    public const int Length = 32;

    private ushort _element;
}
