namespace Jevons.Tokenization.Tests;

/// <summary>Damages a file in the ways files are damaged: bits, bytes, cuts, repeats, numbers out of range. Seeded.</summary>
internal sealed class Mutation(byte[] seed, int randomSeed)
{
    private static readonly string[] s_words =
        ["-1", "0", "4294967295", "9223372036854775808", "1e999", "null", "[]", "{}", "\"", "\\ud800", "[[[["];

    private static readonly byte[][] s_splices = [.. s_words.Select(System.Text.Encoding.UTF8.GetBytes)];

    private readonly byte[] _seed = seed;
    private readonly Random _random = new(randomSeed);

    public byte[] Next()
    {
        List<byte> bytes = [.. _seed];
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            Damage(bytes);
        }

        return [.. bytes];
    }

    private void Damage(List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        int at = _random.Next(bytes.Count);
        int length = Math.Min(bytes.Count - at, _random.Next(1, 24));
        switch (_random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(_random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                bytes.InsertRange(at, s_splices[_random.Next(s_splices.Length)]);
                break;
            case 5 when _random.Next(4) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes[at] = (byte)"0123456789,:{}[]\" \xFF\x00"[_random.Next(20)];
                break;
        }
    }
}
