using System.Text;

namespace Jevons.Formats;

/// <content>
/// Typed readers. <c>Get...</c> demands the key; <c>Get...OrNull</c> gives null when it is missing. Both throw
/// <see cref="InvalidDataException"/> when the value has another type or does not fit; integers convert among all widths.
/// </content>
public sealed partial class GgufMetadata
{
    /// <summary>An integer that fits 32 signed bits.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidDataException">Missing, no integer, or too large.</exception>
    public int GetInt32(string key) => GetInt32OrNull(key) ?? throw Missing(key);

    /// <summary>An integer that fits 32 signed bits, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number or null.</returns>
    /// <exception cref="InvalidDataException">No integer, or too large.</exception>
    public int? GetInt32OrNull(string key)
    {
        long? value = GetInteger(key, int.MinValue, int.MaxValue, "an integer of 32 bits");
        return (int?)value;
    }

    /// <summary>An integer that fits 64 signed bits.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidDataException">Missing, no integer, or too large.</exception>
    public long GetInt64(string key) => GetInt64OrNull(key) ?? throw Missing(key);

    /// <summary>An integer that fits 64 signed bits, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number or null.</returns>
    /// <exception cref="InvalidDataException">No integer, or too large.</exception>
    public long? GetInt64OrNull(string key) => GetInteger(key, long.MinValue, long.MaxValue, "an integer");

    /// <summary>A floating-point number as binary32; binary64 is rounded.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidDataException">Missing, or no floating-point number.</exception>
    public float GetSingle(string key) => (float)GetDouble(key);

    /// <summary>A floating-point number as binary32, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number or null.</returns>
    /// <exception cref="InvalidDataException">No floating-point number.</exception>
    public float? GetSingleOrNull(string key) => (float?)GetDoubleOrNull(key);

    /// <summary>A floating-point number.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number.</returns>
    /// <exception cref="InvalidDataException">Missing, or no floating-point number.</exception>
    public double GetDouble(string key) => GetDoubleOrNull(key) ?? throw Missing(key);

    /// <summary>A floating-point number, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The number or null.</returns>
    /// <exception cref="InvalidDataException">No floating-point number.</exception>
    public double? GetDoubleOrNull(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        return found.TryGetDouble(out double value) ? value : throw Wrong(key, found, "a Float32 or Float64");
    }

    /// <summary>A truth value.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>True or false.</returns>
    /// <exception cref="InvalidDataException">Missing, or no truth value.</exception>
    public bool GetBool(string key) => GetBoolOrNull(key) ?? throw Missing(key);

    /// <summary>A truth value, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>True, false or null.</returns>
    /// <exception cref="InvalidDataException">No truth value.</exception>
    public bool? GetBoolOrNull(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        return found.TryGetBool(out bool value) ? value : throw Wrong(key, found, "a Bool");
    }

    /// <summary>A string.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The text.</returns>
    /// <exception cref="InvalidDataException">Missing, or no string.</exception>
    public string GetString(string key) => GetStringOrNull(key) ?? throw Missing(key);

    /// <summary>A string, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The text or null.</returns>
    /// <exception cref="InvalidDataException">No string.</exception>
    public string? GetStringOrNull(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        return found.TryGetUtf8(out ReadOnlySpan<byte> utf8) ? Encoding.UTF8.GetString(utf8) : throw Wrong(key, found, "a String");
    }

    /// <summary>An array of strings.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The strings.</returns>
    /// <exception cref="InvalidDataException">Missing, or no array of strings.</exception>
    public GgufStrings GetStrings(string key) => GetStringsOrNull(key) ?? throw Missing(key);

    /// <summary>An array of strings, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The strings or null.</returns>
    /// <exception cref="InvalidDataException">No array of strings.</exception>
    public GgufStrings? GetStringsOrNull(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        return found.TryGetStrings(out GgufStrings? values) ? values : throw Wrong(key, found, "an array of String");
    }

    /// <summary>An array of integers, each fitting 32 signed bits.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The numbers; the stored array itself when it holds Int32, so do not write to it.</returns>
    /// <exception cref="InvalidDataException">Missing, no array of integers, or one too large.</exception>
    public int[] GetInt32Array(string key) => GetInt32ArrayOrNull(key) ?? throw Missing(key);

    /// <summary>An array of integers, each fitting 32 signed bits, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The numbers or null; the stored array itself when it holds Int32, so do not write to it.</returns>
    /// <exception cref="InvalidDataException">No array of integers, or one too large.</exception>
    public int[]? GetInt32ArrayOrNull(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        return AsInt32Array(found) ?? throw Wrong(key, found, "an array of integers of 32 bits");
    }

    /// <summary>
    /// A number per layer: the elements of an array of <paramref name="count"/> integers, or one integer repeated
    /// (<c>attention.head_count_kv</c> and <c>feed_forward_length</c> come in both forms).
    /// </summary>
    /// <param name="key">Exact key.</param>
    /// <param name="count">Numbers wanted.</param>
    /// <returns>The numbers, or null when the key is missing.</returns>
    /// <exception cref="InvalidDataException">Another type, another count, or a number too large.</exception>
    public int[]? GetInt32PerLayerOrNull(string key, int count)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        if (!found.IsArray)
        {
            int[] repeated = new int[count];
            Array.Fill(repeated, GetInt32(key));
            return repeated;
        }

        int[]? values = AsInt32Array(found);
        return values?.Length == count ? values : throw Wrong(key, found, $"an integer or an array of {count} integers");
    }

    /// <summary>An array of binary32 numbers.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The numbers; the stored array itself, so do not write to it.</returns>
    /// <exception cref="InvalidDataException">Missing, or another type.</exception>
    public float[] GetSingleArray(string key) => GetSingleArrayOrNull(key) ?? throw Missing(key);

    /// <summary>An array of binary32 numbers, or null when the key is missing.</summary>
    /// <param name="key">Exact key.</param>
    /// <returns>The numbers or null; the stored array itself when it holds Float32, so do not write to it.</returns>
    /// <exception cref="InvalidDataException">Another type.</exception>
    public float[]? GetSingleArrayOrNull(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        if (found.TryGetArray(out double[]? doubles))
        {
            return Array.ConvertAll(doubles!, d => (float)d);
        }

        return found.TryGetArray(out float[]? values) ? values : throw Wrong(key, found, "an array of Float32");
    }

    private long? GetInteger(string key, long least, long most, string expected)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        return found.TryGetInt64(out long value) && value >= least && value <= most ? value : throw Wrong(key, found, expected);
    }

    private static int[]? AsInt32Array(GgufValue value) => value.Data switch
    {
        int[] values when value.ElementType == GgufValueType.Int32 => values,
        uint[] values when value.ElementType == GgufValueType.UInt32 =>
            Array.TrueForAll(values, v => v <= int.MaxValue) ? Array.ConvertAll(values, v => (int)v) : null,
        long[] values when value.ElementType == GgufValueType.Int64 =>
            Array.TrueForAll(values, v => v is >= int.MinValue and <= int.MaxValue) ? Array.ConvertAll(values, v => (int)v) : null,
        ulong[] values when value.ElementType == GgufValueType.UInt64 =>
            Array.TrueForAll(values, v => v <= int.MaxValue) ? Array.ConvertAll(values, v => (int)v) : null,
        ushort[] values when value.ElementType == GgufValueType.UInt16 => Array.ConvertAll(values, v => (int)v),
        short[] values when value.ElementType == GgufValueType.Int16 => Array.ConvertAll(values, v => (int)v),
        byte[] values when value.ElementType == GgufValueType.UInt8 => Array.ConvertAll(values, v => (int)v),
        sbyte[] values when value.ElementType == GgufValueType.Int8 => Array.ConvertAll(values, v => (int)v),
        _ => null,
    };
}
