using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;

namespace Jevons.Formats.Tests;

/// <summary>
/// A damaged copy of one of several images: up to four edits, each of them a flipped bit, a hostile number, a cut, a splice
/// from another image, or a byte of the format's own alphabet. Held as plain numbers, so that a failing case shrinks and
/// prints.
/// </summary>
internal sealed record Mutation(int Image, int[] Edits)
{
    private const int NumbersPerEdit = 3;
    private const int MostEdits = 4;

    private static readonly ulong[] s_hostile =
    [
        0, 1, 2, 0x7F, 0xFF, 0xFFFF, 1UL << 16, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40, 1UL << 60, 1UL << 62, 1UL << 63,
        long.MaxValue, ulong.MaxValue, ulong.MaxValue - 7, 0x2222222222222222, 0xD800D800D800D800,
    ];

    private static ReadOnlySpan<byte> Alphabet => "{}[]\",:0123456789-+.eE\\u/ dtfn\u00FF"u8;

    /// <summary>Random mutations of <paramref name="images"/> images; shrinking drops edits.</summary>
    public static Arbitrary<Mutation> Arbitrary(int images)
    {
        Gen<Mutation> generate =
            from image in Gen.Choose(0, images - 1)
            from edits in Gen.Choose(1, MostEdits)
            from numbers in Gen.Choose(0, int.MaxValue - 1).ArrayOf(edits * NumbersPerEdit)
            select new Mutation(image, numbers);
        return Arb.From(generate, m => Enumerable.Range(0, m.Edits.Length / NumbersPerEdit)
            .Where(_ => m.Edits.Length > NumbersPerEdit)
            .Select(drop => m with
            {
                Edits = [.. m.Edits.Where((_, i) => i / NumbersPerEdit != drop)],
            }));
    }

    /// <summary>The damaged bytes.</summary>
    public byte[] Apply(IReadOnlyList<byte[]> images)
    {
        byte[] bytes = (byte[])images[Image].Clone();
        for (int i = 0; i < Edits.Length; i += NumbersPerEdit)
        {
            bytes = Edit(bytes, images[Edits[i + 2] % images.Count], Edits[i], Edits[i + 1], Edits[i + 2]);
        }

        return bytes;
    }

    public override string ToString() => $"image {Image}, edits [{string.Join(", ", Edits)}]";

    private static byte[] Edit(byte[] bytes, byte[] other, int kind, int place, int value)
    {
        if (bytes.Length < 16)
        {
            return bytes;
        }

        // Counts and lengths crowd at the start, so every fourth edit goes there.
        int at = (place & 3) == 0 ? (place >> 2) % Math.Min(bytes.Length, 64) : (place >> 2) % bytes.Length;
        switch (kind % 7)
        {
            case 0:
                bytes[at] ^= (byte)(1 << (value & 7));
                return bytes;
            case 1:
                bytes[at] = (byte)value;
                return bytes;
            case 2:
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(Math.Min(at, bytes.Length - 8)), s_hostile[value % s_hostile.Length]);
                return bytes;
            case 3:
                return bytes[..at];
            case 4:
                bytes[at] = Alphabet[value % Alphabet.Length];
                return bytes;
            case 5:
                int from = value % other.Length;
                int length = Math.Min(1 + (value % 97), other.Length - from);
                return [.. bytes[..at], .. other.AsSpan(from, length), .. bytes[at..]];
            default:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + (value % 33))..]];
        }
    }
}
