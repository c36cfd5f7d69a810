using System.Runtime.CompilerServices;

namespace Jevons.Numerics.Blocks;

/// <summary>16 signed bytes in place, without padding: a field of a block struct.</summary>
[InlineArray(Length)]
public struct SBytes16
{
    /// <summary>Number of elements.</summary>
    public const int Length = 16;

    private sbyte _element;
}
