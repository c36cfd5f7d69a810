using System.Runtime.CompilerServices;

namespace Jevons.Numerics;

/// <summary>The upper 16 bits of an IEEE binary32: 8 exponent and 7 stored significand bits.</summary>
/// <param name="bits">The raw bits.</param>
public readonly struct BFloat16(ushort bits) : IEquatable<BFloat16>
{
    /// <summary>The raw bits.</summary>
    public ushort Bits { get; } = bits;

    /// <summary>Widens exactly: bits &lt;&lt; 16.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>Rounds to nearest, ties to even; a NaN keeps its upper half with the quiet bit set.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator BFloat16(float value)
    {
        uint u = BitConverter.SingleToUInt32Bits(value);
        return (u & 0x7FFFFFFFu) > 0x7F800000u
            ? new BFloat16((ushort)((u >> 16) | 0x40))
            : new BFloat16((ushort)((u + 0x7FFFu + ((u >> 16) & 1)) >> 16));
    }

    /// <summary>Equal bits.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">Another value.</param>
    public static bool operator ==(BFloat16 left, BFloat16 right) => left.Bits == right.Bits;

    /// <summary>Different bits.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">Another value.</param>
    public static bool operator !=(BFloat16 left, BFloat16 right) => left.Bits != right.Bits;

    /// <inheritdoc/>
    public bool Equals(BFloat16 other) => Bits == other.Bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BFloat16 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Bits;

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
