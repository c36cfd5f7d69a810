using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Jevons.Tokenization;

/// <summary>
/// Cuts a corpus into pieces and counts them. A stream is cut as if it were one text, but only a window of it is in memory: what
/// stands at the window's end is cut again when the text behind it is known. Not thread-safe.
/// </summary>
/// <remarks>
/// Why this is exact: each of the three patterns finds a piece by looking from its start over the piece itself, over the white
/// space that follows it, and at no more than three code points behind that. So a piece that ends at least
/// <see cref="LookAhead"/> bytes before the window's end, white space not counted, is the same whatever comes later, and the
/// pieces behind it depend on nothing in front of them.
/// </remarks>
/// <param name="splitter">One of the patterns of <see cref="SplitPattern"/>.</param>
/// <param name="counts">Receives the pieces.</param>
/// <param name="window">Bytes of a stream that are in memory at first.</param>
internal sealed class CorpusReader(PreTokenizer splitter, PieceCounts counts, int window = 1 << 20)
{
    /// <summary>The longest piece; merging takes time that grows with its square.</summary>
    public const int LongestPiece = 1 << 18;

    private const int LookAhead = 16;

    private readonly ByteBuffer _text = new();
    private List<int> _ends = [];
    private List<int> _spare = [];

    /// <summary>Bytes that were read.</summary>
    public long Bytes { get; private set; }

    /// <summary>Counts the pieces of a text.</summary>
    /// <param name="text">The text; an unpaired surrogate counts as U+FFFD.</param>
    /// <param name="source">Where it is from, for messages.</param>
    public void Add(ReadOnlySpan<char> text, string source)
    {
        _text.Clear();
        _text.Append(text);
        Bytes += _text.Length;
        Take(_text.Span, isEnd: true, source);
    }

    /// <summary>Counts the pieces of a stream.</summary>
    /// <param name="stream">UTF-8; a byte order mark at its start is skipped. Read to its end, not closed.</param>
    /// <param name="byLine">Cuts each line, with its line break, as a text of its own.</param>
    /// <param name="source">What the stream is, for messages.</param>
    /// <param name="progress">Hears how many bytes were read each time.</param>
    /// <param name="cancellation">Stops between two windows.</param>
    public void Add(Stream stream, bool byLine, string source, Action<int>? progress, CancellationToken cancellation)
    {
        byte[] buffer = new byte[window];
        long start = 0;
        int filled = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
            bool isEnd = filled + read < buffer.Length;
            filled += read;
            Bytes += read;
            int known = Valid(buffer.AsSpan(0, filled), isEnd, start, source);
            int mark = start == 0 && buffer.AsSpan(0, known).StartsWith("\uFEFF"u8) ? 3 : 0;
            int taken = mark + TakeTexts(buffer.AsSpan(mark, known - mark), byLine, isEnd, source);
            progress?.Invoke(read);
            if (isEnd)
            {
                return;
            }

            start += taken;
            filled -= taken;
            buffer.AsSpan(taken, filled).CopyTo(buffer);
            if (filled > buffer.Length / 2)
            {
                if (filled > 2 * LongestPiece)
                {
                    throw TooLong(source);
                }

                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
    }

    /// <summary>How many bytes are whole code points.</summary>
    private static int Valid(ReadOnlySpan<byte> bytes, bool isEnd, long offset, string source)
    {
        int length = bytes.Length;
        for (int i = 1; !isEnd && i <= Math.Min(3, bytes.Length); i++)
        {
            if (bytes[^i] >= 0xC0)
            {
                int whole = bytes[^i] >= 0xF0 ? 4 : bytes[^i] >= 0xE0 ? 3 : 2;
                length = i < whole ? bytes.Length - i : length;
                break;
            }
        }

        if (Utf8.IsValid(bytes[..length]))
        {
            return length;
        }

        int position = 0;
        while (Rune.DecodeFromUtf8(bytes[position..length], out _, out int width) == OperationStatus.Done)
        {
            position += width;
        }

        throw new InvalidDataException(
            $"{source} is not UTF-8: byte 0x{bytes[position]:X2} at offset {offset + position} begins no character; save the file as UTF-8");
    }

    private static InvalidDataException TooLong(string source) => new(
        $"{source} has more than {LongestPiece} bytes without a place to cut, such as a blank between words; expected text, so leave that part out");

    /// <summary>Counts texts up to where more must be known; the number of bytes that are done.</summary>
    private int TakeTexts(ReadOnlySpan<byte> bytes, bool byLine, bool isEnd, string source)
    {
        int done = 0;
        if (byLine)
        {
            for (int line = bytes.IndexOf((byte)'\n'); line >= 0; line = bytes[done..].IndexOf((byte)'\n'))
            {
                Take(bytes.Slice(done, line + 1), isEnd: true, source);
                done += line + 1;
            }
        }

        return done + Take(bytes[done..], isEnd, source);
    }

    private int Take(ReadOnlySpan<byte> text, bool isEnd, string source)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        List<int> ends = splitter.Split(text, _ends, _spare);
        (_ends, _spare) = ends == _ends ? (_ends, _spare) : (_spare, _ends);
        int pieces = isEnd ? ends.Count : Settled(text, ends);
        int start = 0;
        for (int i = 0; i < pieces; i++)
        {
            if (ends[i] - start > LongestPiece)
            {
                throw TooLong(source);
            }

            counts.Add(text[start..ends[i]]);
            start = ends[i];
        }

        return start;
    }

    private static int Settled(ReadOnlySpan<byte> text, List<int> ends)
    {
        int pieces = ends.Count;
        while (pieces > 0 && text.Length - CharClasses.SkipWhile(text, ends[pieces - 1], CharClass.Space) < LookAhead)
        {
            pieces--;
        }

        return pieces;
    }
}
