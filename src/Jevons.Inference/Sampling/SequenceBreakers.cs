using System.Collections.Frozen;
using System.Text;
using Jevons.Tokenization;

namespace Jevons.Inference;

/// <summary>
/// Texts that a repeated sequence does not reach across, found in tokens whatever the way they were split: a token may contain
/// a text, or end with its beginning, and then the bytes of the next tokens have to begin with the rest. The vocabulary is
/// searched once, in <see cref="Create"/>. Immutable.
/// </summary>
internal sealed class SequenceBreakers
{
    private readonly Tokenizer? _tokenizer;

    // By token: what has to follow it, nothing for a token that contains a whole text.
    private readonly FrozenDictionary<int, byte[][]> _rests;

    private SequenceBreakers(Tokenizer? tokenizer, Dictionary<int, byte[][]> rests)
    {
        _tokenizer = tokenizer;
        _rests = rests.ToFrozenDictionary();
    }

    /// <summary>No texts.</summary>
    public static SequenceBreakers None { get; } = new(null, []);

    /// <summary>Finds the tokens with which the texts begin.</summary>
    /// <param name="texts">Texts, none of them empty.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    public static SequenceBreakers Create(IReadOnlyList<string> texts, Tokenizer tokenizer)
    {
        byte[][] wanted = [.. texts.Select(Encoding.UTF8.GetBytes)];
        Dictionary<int, byte[][]> rests = [];
        List<byte[]> found = [];
        for (int id = 0; id < tokenizer.VocabSize; id++)
        {
            found.Clear();
            foreach (byte[] text in wanted)
            {
                AddRests(tokenizer.TokenBytes(id), text, found);
            }

            if (found.Count > 0)
            {
                rests.Add(id, [.. found]);
            }
        }

        return new SequenceBreakers(tokenizer, rests);
    }

    /// <summary>Whether a token contains a whole text.</summary>
    public bool IsBreaker(int token)
    {
        if (_rests.TryGetValue(token, out byte[][]? rests))
        {
            foreach (byte[] rest in rests)
            {
                if (rest.Length == 0)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// The number of tokens behind the last text; all where there is none. Work: one look-up a token, and the bytes of the texts
    /// at tokens that may begin one.
    /// </summary>
    public int CountAfterLast(ReadOnlySpan<int> tokens)
    {
        for (int i = tokens.Length - 1; i >= 0 && _rests.Count > 0; i--)
        {
            if (!_rests.TryGetValue(tokens[i], out byte[][]? rests))
            {
                continue;
            }

            int end = -1;
            foreach (byte[] rest in rests)
            {
                end = Math.Max(end, EndOf(rest, tokens, i + 1));
            }

            if (end >= 0)
            {
                return tokens.Length - end;
            }
        }

        return tokens.Length;
    }

    private static void AddRests(ReadOnlySpan<byte> token, byte[] text, List<byte[]> found)
    {
        if (token.IndexOf(text) >= 0)
        {
            found.Add([]);
            return;
        }

        for (int length = Math.Min(text.Length - 1, token.Length); length > 0; length--)
        {
            if (token.EndsWith(text.AsSpan(0, length)))
            {
                found.Add(text[length..]);
            }
        }
    }

    // The index behind the tokens that begin with the bytes, -1 where they do not. A token without bytes ends the search, so
    // it looks at no more tokens than there are bytes.
    private int EndOf(ReadOnlySpan<byte> rest, ReadOnlySpan<int> tokens, int next)
    {
        while (rest.Length > 0)
        {
            ReadOnlySpan<byte> bytes = next < tokens.Length ? _tokenizer!.TokenBytes(tokens[next++]) : default;
            int length = Math.Min(bytes.Length, rest.Length);
            if (length == 0 || !bytes[..length].SequenceEqual(rest[..length]))
            {
                return -1;
            }

            rest = rest[length..];
        }

        return next;
    }
}
