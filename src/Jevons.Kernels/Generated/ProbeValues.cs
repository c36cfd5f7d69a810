using System.Runtime.InteropServices;
using Jevons.Numerics;

namespace Jevons.Kernels.Generated;

/// <summary>Pseudo-random operands of the probes, the same in every process, and the comparison of results.</summary>
internal static class ProbeValues
{
    /// <summary>Numbers from -1 to 1.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the numbers.</param>
    /// <returns>Memory to dispose of.</returns>
    public static AlignedMemory Floats(int count, ulong seed)
    {
        AlignedMemory memory = new((long)count * sizeof(float));
        SeededRandom random = new(seed);
        foreach (ref float value in memory.AsSpan<float>(0, count))
        {
            value = (2 * random.NextSingle()) - 1;
        }

        return memory;
    }

    /// <summary>Fills with random bytes.</summary>
    /// <param name="bytes">Where to.</param>
    /// <param name="random">Their source.</param>
    public static void Fill(Span<byte> bytes, SeededRandom random)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ref ulong word in words)
        {
            word = random.NextUInt64();
        }

        ulong last = random.NextUInt64();
        foreach (ref byte value in bytes[(words.Length * sizeof(ulong))..])
        {
            value = (byte)last;
            last >>= 8;
        }
    }

    /// <summary>Fills with NaN, so that an output that is not written differs.</summary>
    /// <param name="memory">Results.</param>
    public static void Poison(AlignedMemory memory) => memory.AsSpan<float>(0, (int)(memory.Length / sizeof(float))).Fill(float.NaN);

    /// <summary>Whether the first results have the same bits.</summary>
    /// <param name="expected">Of the definition.</param>
    /// <param name="found">Of the kernel.</param>
    /// <param name="count">Numbers.</param>
    public static bool AreEqual(AlignedMemory expected, AlignedMemory found, int count) =>
        expected.AsSpan<int>(0, count).SequenceEqual(found.AsSpan<int>(0, count));
}
