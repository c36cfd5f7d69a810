using System.Globalization;

namespace Jevons.Tokenization;

/// <summary>
/// Unicode normalisation form C (UAX #15). Written out because the framework's own does nothing in globalization-invariant
/// programs; the tables are those of Unicode 15 in the embedded Nfc.txt. Thread-safe.
/// </summary>
internal static class Nfc
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int HangulCount = 19 * VowelCount * TrailCount;

    private static readonly Lazy<Tables> s_tables = new(ReadTables);

    /// <summary>Normalises text.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="output">Receives the normalised text if it may differ.</param>
    /// <param name="codePoints">Working memory.</param>
    /// <returns>The normalised text: <paramref name="text"/> itself where no code point in it can change.</returns>
    public static ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> text, ByteBuffer output, List<int> codePoints)
    {
        if (!NeedsWork(text))
        {
            return text;
        }

        codePoints.Clear();
        for (int i = 0; i < text.Length;)
        {
            Decompose(CharClasses.CodePointAt(text, i, out int length), codePoints);
            i += length;
        }

        Compose(codePoints);
        output.Clear();
        foreach (int c in codePoints)
        {
            output.Append(c);
        }

        return output.Span;
    }

    private static bool NeedsWork(ReadOnlySpan<byte> text)
    {
        // Below U+0300 (0xCC 0x80) everything is normalised already.
        int start = text.IndexOfAnyInRange((byte)0xCC, (byte)0xFF);
        for (int i = start < 0 ? text.Length : start; i < text.Length;)
        {
            if (s_tables.Value.MayChange.Contains(CharClasses.CodePointAt(text, i, out int length)))
            {
                return true;
            }

            i += length;
        }

        return false;
    }

    /// <summary>Appends the full decomposition of a code point, and puts the marks at the end in canonical order.</summary>
    private static void Decompose(int c, List<int> output)
    {
        if ((uint)(c - HangulBase) < HangulCount)
        {
            int index = c - HangulBase;
            output.Add(LeadBase + (index / (VowelCount * TrailCount)));
            output.Add(VowelBase + (index % (VowelCount * TrailCount) / TrailCount));
            if (index % TrailCount != 0)
            {
                output.Add(TrailBase + (index % TrailCount));
            }
        }
        else if (s_tables.Value.Decompositions.TryGetValue(c, out (int First, int Second) parts))
        {
            Decompose(parts.First, output);
            if (parts.Second != 0)
            {
                Decompose(parts.Second, output);
            }
        }
        else
        {
            output.Add(c);
        }
    }

    /// <summary>Orders marks canonically, then composes in place.</summary>
    private static void Compose(List<int> text)
    {
        Order(text);
        Dictionary<long, int> compositions = s_tables.Value.Compositions;
        int starter = -1;
        int lastClass = 0;
        int used = 0;
        for (int i = 0; i < text.Count; i++)
        {
            int c = text[i];
            int combining = ClassOf(c);
            bool isBlocked = used - 1 != starter && lastClass >= combining;
            if (starter >= 0 && !isBlocked && TryCompose(text[starter], c, compositions, out int composed))
            {
                text[starter] = composed;
                continue;
            }

            if (combining == 0)
            {
                starter = used;
            }

            lastClass = combining;
            text[used++] = c;
        }

        text.RemoveRange(used, text.Count - used);
    }

    private static void Order(List<int> text)
    {
        for (int start = 0; start < text.Count; start++)
        {
            if (ClassOf(text[start]) == 0)
            {
                continue;
            }

            int end = start + 1;
            while (end < text.Count && ClassOf(text[end]) != 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] marks = [.. text[start..end].OrderBy(ClassOf)];
                for (int i = 0; i < marks.Length; i++)
                {
                    text[start + i] = marks[i];
                }
            }

            start = end;
        }
    }

    private static bool TryCompose(int first, int second, Dictionary<long, int> compositions, out int composed)
    {
        if ((uint)(first - LeadBase) < 19 && (uint)(second - VowelBase) < VowelCount)
        {
            composed = HangulBase + ((((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount);
            return true;
        }

        if ((uint)(first - HangulBase) < HangulCount && (first - HangulBase) % TrailCount == 0
            && second > TrailBase && second < TrailBase + TrailCount)
        {
            composed = first + second - TrailBase;
            return true;
        }

        return compositions.TryGetValue(((long)first << 32) | (uint)second, out composed);
    }

    private static int ClassOf(int c) => c < 0x300 ? 0 : s_tables.Value.Classes.GetValueOrDefault(c);

    private static Tables ReadTables()
    {
        Tables tables = new();
        using Stream stream = typeof(Nfc).Assembly.GetManifestResourceStream("Nfc.txt")!;
        using StreamReader reader = new(stream);
        SortedSet<int> mayChange = [.. Enumerable.Range(VowelBase, VowelCount), .. Enumerable.Range(TrailBase + 1, TrailCount - 1)];
        while (reader.ReadLine() is string line)
        {
            int at = line.AsSpan().IndexOfAny('=', '!', ':');
            if (line.StartsWith('#') || at < 0)
            {
                continue;
            }

            string[] right = line[(at + 1)..].Split(' ');
            if (line[at] == ':')
            {
                string[] range = line[..at].Split('-');
                for (int c = Hex(range[0]); c <= Hex(range[1]); c++)
                {
                    tables.Classes[c] = int.Parse(right[0], CultureInfo.InvariantCulture);
                    mayChange.Add(c);
                }

                continue;
            }

            int whole = Hex(line[..at]);
            int first = Hex(right[0]);
            int second = right.Length > 1 ? Hex(right[1]) : 0;
            tables.Decompositions[whole] = (first, second);
            if (line[at] == '=' && second != 0)
            {
                tables.Compositions[((long)first << 32) | (uint)second] = whole;
                mayChange.Add(second);
            }
            else
            {
                mayChange.Add(whole);
            }
        }

        foreach (int c in mayChange)
        {
            tables.MayChange.Add(c, c);
        }

        return tables;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed class Tables
    {
        public Dictionary<int, (int First, int Second)> Decompositions { get; } = [];

        public Dictionary<long, int> Compositions { get; } = [];

        public Dictionary<int, int> Classes { get; } = [];

        /// <summary>Code points that are not normalised, or may not be after what stands before them.</summary>
        public RuneSet MayChange { get; } = new();
    }
}
