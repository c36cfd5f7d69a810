namespace Jevons.Numerics;

/// <summary>Block sizes and names of the tensor types: the one table that every room asks.</summary>
public static class TensorTypes
{
    private static readonly (TensorType Type, int Length, int Bytes)[] s_table =
    [
        (TensorType.F32, 1, 4), (TensorType.F16, 1, 2), (TensorType.BF16, 1, 2), (TensorType.F64, 1, 8),
        (TensorType.I8, 1, 1), (TensorType.I16, 1, 2), (TensorType.I32, 1, 4), (TensorType.I64, 1, 8),
        (TensorType.U8, 1, 1), (TensorType.Bool, 1, 1), (TensorType.F8_E4M3, 1, 1),
        (TensorType.Q4_0, 32, 18), (TensorType.Q4_1, 32, 20), (TensorType.Q5_0, 32, 22), (TensorType.Q5_1, 32, 24),
        (TensorType.Q8_0, 32, 34), (TensorType.IQ4_NL, 32, 18), (TensorType.MXFP4, 32, 17),
        (TensorType.Q2_K, 256, 84), (TensorType.Q3_K, 256, 110), (TensorType.Q4_K, 256, 144),
        (TensorType.Q5_K, 256, 176), (TensorType.Q6_K, 256, 210),
        (TensorType.IQ2_XXS, 256, 66), (TensorType.IQ2_XS, 256, 74), (TensorType.IQ2_S, 256, 82),
        (TensorType.IQ3_XXS, 256, 98), (TensorType.IQ3_S, 256, 110),
        (TensorType.IQ1_S, 256, 50), (TensorType.IQ1_M, 256, 56), (TensorType.IQ4_XS, 256, 136),
    ];

    /// <summary>All types that can be stored, in no particular order.</summary>
    public static IEnumerable<TensorType> All => s_table.Select(t => t.Type);

    /// <summary>True when the type is one of <see cref="All"/>.</summary>
    /// <param name="type">Any value, also one read from a file.</param>
    /// <returns>Whether block sizes are known.</returns>
    public static bool IsKnown(TensorType type) => TryFind(type, out _);

    /// <summary>Elements in one block: 1, 32 or 256.</summary>
    /// <param name="type">A known type.</param>
    /// <returns>Elements.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is not known.</exception>
    public static int BlockLength(TensorType type) => Find(type).Length;

    /// <summary>Bytes of one block.</summary>
    /// <param name="type">A known type.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The type is not known.</exception>
    public static int BlockBytes(TensorType type) => Find(type).Bytes;

    /// <summary>True for block-quantised types (several elements share a scale inside the block itself).</summary>
    /// <param name="type">A known type.</param>
    /// <returns>Whether a block holds more than one element.</returns>
    public static bool IsQuantized(TensorType type) => Find(type).Length > 1;

    /// <summary>Bytes of <paramref name="elements"/> elements: elements / BlockLength * BlockBytes.</summary>
    /// <param name="type">A known type.</param>
    /// <param name="elements">A multiple of the block length.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="ArgumentException">The count is negative or no multiple of the block length.</exception>
    /// <exception cref="OverflowException">The byte count exceeds 2^63 - 1.</exception>
    public static long ByteCount(TensorType type, long elements)
    {
        (TensorType _, int length, int bytes) = Find(type);
        if (elements < 0 || elements % length != 0)
        {
            throw new ArgumentException($"{elements} elements are no whole number of {type} blocks of {length}", nameof(elements));
        }

        return checked(elements / length * bytes);
    }

    /// <summary>Parses a type by ggml's name, in any case, with or without underscores inside ("q4_k", "Q4K", "bf16").</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type found.</param>
    /// <returns>Whether the name is known.</returns>
    public static bool TryParse(string name, out TensorType type)
    {
        string wanted = Plain(name);
        foreach ((TensorType candidate, int _, int _) in s_table)
        {
            if (string.Equals(Plain(candidate.ToString()), wanted, StringComparison.Ordinal))
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static (TensorType Type, int Length, int Bytes) Find(TensorType type) => TryFind(type, out (TensorType, int, int) row)
        ? row
        : throw new ArgumentOutOfRangeException(nameof(type), type, $"tensor type {(int)type} is not known");

    private static bool TryFind(TensorType type, out (TensorType Type, int Length, int Bytes) row)
    {
        foreach ((TensorType Type, int Length, int Bytes) candidate in s_table)
        {
            if (candidate.Type == type)
            {
                row = candidate;
                return true;
            }
        }

        row = default;
        return false;
    }
}
