using System.Globalization;
using System.Text;

namespace Jevons.Formats;

/// <summary>
/// One typed metadata value. Integers are converted among widths by the readers of <see cref="GgufMetadata"/> when the
/// number fits; the stored type and bits stay exact, so a rewritten file equals its source. Immutable as long as the arrays
/// given to it are left alone.
/// </summary>
public sealed class GgufValue
{
    // Numbers and booleans: the value's bits, signed integers sign-extended. Strings: UTF-8 bytes. Arrays: T[] or GgufStrings.
    private readonly ulong _bits;
    private readonly object? _data;

    internal GgufValue(GgufValueType type, ulong bits)
    {
        Type = type;
        _bits = bits;
    }

    private GgufValue(GgufValueType type, GgufValueType? elementType, object data, int count)
    {
        Type = type;
        ElementType = elementType;
        Count = count;
        _data = data;
    }

    /// <summary>Type of the value.</summary>
    public GgufValueType Type { get; }

    /// <summary>Type of the elements of an array, else null.</summary>
    public GgufValueType? ElementType { get; }

    /// <summary>Number of elements of an array, else 0.</summary>
    public int Count { get; }

    /// <summary>True for an array.</summary>
    public bool IsArray => Type == GgufValueType.Array;

    /// <summary>True for the eight integer types.</summary>
    public bool IsInteger => Type is GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.UInt16 or GgufValueType.Int16
        or GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.UInt64 or GgufValueType.Int64;

    internal ulong Bits => _bits;

    internal object? Data => _data;

    /// <summary>An unsigned 32-bit value: what llama.cpp writes for most counts.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(uint value) => new(GgufValueType.UInt32, value);

    /// <summary>A signed 32-bit value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(int value) => new(GgufValueType.Int32, unchecked((ulong)value));

    /// <summary>An unsigned 64-bit value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(ulong value) => new(GgufValueType.UInt64, value);

    /// <summary>A signed 64-bit value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(long value) => new(GgufValueType.Int64, unchecked((ulong)value));

    /// <summary>An unsigned 16-bit value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(ushort value) => new(GgufValueType.UInt16, value);

    /// <summary>A signed 16-bit value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(short value) => new(GgufValueType.Int16, unchecked((ulong)value));

    /// <summary>An unsigned 8-bit value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(byte value) => new(GgufValueType.UInt8, value);

    /// <summary>A signed 8-bit value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(sbyte value) => new(GgufValueType.Int8, unchecked((ulong)value));

    /// <summary>A binary32 value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(float value) => new(GgufValueType.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>A binary64 value.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(double value) => new(GgufValueType.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A truth value.</summary>
    /// <param name="value">True or false.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(bool value) => new(GgufValueType.Bool, value ? 1u : 0u);

    /// <summary>A string.</summary>
    /// <param name="value">Text, stored as UTF-8.</param>
    /// <returns>The value.</returns>
    public static GgufValue Of(string value) => OfUtf8(Encoding.UTF8.GetBytes(value));

    /// <summary>A string given as bytes.</summary>
    /// <param name="utf8">The bytes; kept, not copied.</param>
    /// <returns>The value.</returns>
    public static GgufValue OfUtf8(byte[] utf8) => new(GgufValueType.String, elementType: null, utf8, count: 0);

    /// <summary>An array of strings.</summary>
    /// <param name="values">The strings.</param>
    /// <returns>The value.</returns>
    public static GgufValue OfArray(GgufStrings values) =>
        new(GgufValueType.Array, GgufValueType.String, values, values.Count);

    /// <summary>An array of strings.</summary>
    /// <param name="values">The strings.</param>
    /// <returns>The value.</returns>
    public static GgufValue OfArray(IReadOnlyCollection<string> values) => OfArray(new GgufStrings(values));

    /// <summary>An array of numbers or truth values; the element type follows from <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">byte, sbyte, ushort, short, uint, int, ulong, long, float, double or bool.</typeparam>
    /// <param name="values">The elements; kept, not copied.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is another type.</exception>
    public static GgufValue OfArray<T>(T[] values)
        where T : unmanaged
    {
        // Arrays of same-sized integers are interchangeable for the runtime's casts, so the test is on the exact type.
        GgufValueType element =
            typeof(T) == typeof(byte) ? GgufValueType.UInt8
            : typeof(T) == typeof(sbyte) ? GgufValueType.Int8
            : typeof(T) == typeof(ushort) ? GgufValueType.UInt16
            : typeof(T) == typeof(short) ? GgufValueType.Int16
            : typeof(T) == typeof(uint) ? GgufValueType.UInt32
            : typeof(T) == typeof(int) ? GgufValueType.Int32
            : typeof(T) == typeof(ulong) ? GgufValueType.UInt64
            : typeof(T) == typeof(long) ? GgufValueType.Int64
            : typeof(T) == typeof(float) ? GgufValueType.Float32
            : typeof(T) == typeof(double) ? GgufValueType.Float64
            : typeof(T) == typeof(bool) ? GgufValueType.Bool
            : throw new ArgumentException($"GGUF has no array of {typeof(T)}", nameof(values));
        return new GgufValue(GgufValueType.Array, element, values, values.Length);
    }

    /// <summary>An array of arrays.</summary>
    /// <param name="values">Values that are arrays themselves.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">An element is no array.</exception>
    public static GgufValue OfArray(GgufValue[] values) => Array.TrueForAll(values, v => v.IsArray)
        ? new GgufValue(GgufValueType.Array, GgufValueType.Array, values, values.Length)
        : throw new ArgumentException("every element must be an array", nameof(values));

    /// <summary>The value as an integer, whatever its width.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False when this is no integer or exceeds 2^63 - 1.</returns>
    public bool TryGetInt64(out long value)
    {
        value = unchecked((long)_bits);
        return IsInteger && (Type != GgufValueType.UInt64 || value >= 0);
    }

    /// <summary>The value as a floating-point number; binary32 widens exactly.</summary>
    /// <param name="value">The number.</param>
    /// <returns>False when this is no floating-point number.</returns>
    public bool TryGetDouble(out double value)
    {
        value = Type == GgufValueType.Float32
            ? BitConverter.UInt32BitsToSingle((uint)_bits)
            : BitConverter.UInt64BitsToDouble(_bits);
        return Type is GgufValueType.Float32 or GgufValueType.Float64;
    }

    /// <summary>The value as a truth value.</summary>
    /// <param name="value">True or false.</param>
    /// <returns>False when this is no truth value.</returns>
    public bool TryGetBool(out bool value)
    {
        value = _bits != 0;
        return Type == GgufValueType.Bool;
    }

    /// <summary>The bytes of a string.</summary>
    /// <param name="utf8">UTF-8 bytes as the file holds them.</param>
    /// <returns>False when this is no string.</returns>
    public bool TryGetUtf8(out ReadOnlySpan<byte> utf8)
    {
        utf8 = Type == GgufValueType.String ? (byte[])_data! : default;
        return Type == GgufValueType.String;
    }

    /// <summary>An array of strings.</summary>
    /// <param name="values">The strings.</param>
    /// <returns>False when this is no array of strings.</returns>
    public bool TryGetStrings(out GgufStrings? values)
    {
        values = _data as GgufStrings;
        return values is not null;
    }

    /// <summary>An array whose elements are stored as exactly <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">Element type.</typeparam>
    /// <param name="values">The elements.</param>
    /// <returns>False when this is no array of that type.</returns>
    public bool TryGetArray<T>(out T[]? values)
    {
        values = _data is not null && _data.GetType() == typeof(T[]) && IsArray ? (T[])_data : null;
        return values is not null;
    }

    /// <summary>Short text for people: the number, the string, or "[n x Type]" for an array.</summary>
    /// <returns>Text in the invariant culture.</returns>
    public override string ToString() => Type switch
    {
        GgufValueType.Array => $"[{Count} x {ElementType}]",
        GgufValueType.String => Encoding.UTF8.GetString((byte[])_data!),
        GgufValueType.Bool => _bits != 0 ? "true" : "false",
        GgufValueType.Float32 => BitConverter.UInt32BitsToSingle((uint)_bits).ToString(CultureInfo.InvariantCulture),
        GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(_bits).ToString(CultureInfo.InvariantCulture),
        GgufValueType.UInt64 => _bits.ToString(CultureInfo.InvariantCulture),
        _ => unchecked((long)_bits).ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What this is, for messages: "UInt32 7", "an array of 3 String".</summary>
    internal string Describe() => Type switch
    {
        GgufValueType.Array => $"an array of {Count} {ElementType}",
        GgufValueType.String => $"String {BadFile.Quote(ToString())}",
        _ => $"{Type} {ToString()}",
    };
}
