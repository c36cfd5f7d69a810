using System.Text;

namespace Jevons.Tokenization;

/// <summary>A set of code points: a bit map of plane 0 and a sorted list of ranges above it. Immutable once filled.</summary>
internal sealed class RuneSet
{
    private readonly ulong[] _plane0 = new ulong[0x10000 / 64];
    private readonly List<(int First, int Last)> _above = [];

    /// <summary>Reads the inside of a regex class: characters and ranges such as <c>A-Zµ</c>, no escapes.</summary>
    /// <param name="characterClass">The text between the brackets.</param>
    /// <returns>The set.</returns>
    public static RuneSet Parse(string characterClass)
    {
        RuneSet set = new();
        Rune[] runes = [.. characterClass.EnumerateRunes()];
        for (int i = 0; i < runes.Length; i++)
        {
            bool isRange = i + 2 < runes.Length && runes[i + 1].Value == '-';
            set.Add(runes[i].Value, runes[isRange ? i + 2 : i].Value);
            i += isRange ? 2 : 0;
        }

        return set;
    }

    /// <summary>Adds a range, ends included; ranges above plane 0 must come in ascending order.</summary>
    public void Add(int first, int last)
    {
        for (int c = first; c <= Math.Min(last, 0xFFFF); c++)
        {
            _plane0[c >> 6] |= 1UL << (c & 63);
        }

        if (last > 0xFFFF)
        {
            _above.Add((Math.Max(first, 0x10000), last));
        }
    }

    /// <summary>True for members.</summary>
    public bool Contains(int codePoint)
    {
        if (codePoint <= 0xFFFF)
        {
            return (_plane0[codePoint >> 6] >> (codePoint & 63) & 1) != 0;
        }

        int low = 0;
        int high = _above.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            (int first, int last) = _above[middle];
            if (codePoint < first)
            {
                high = middle - 1;
            }
            else if (codePoint > last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
