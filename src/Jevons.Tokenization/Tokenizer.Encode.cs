using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <content>Text to ids.</content>
public sealed partial class Tokenizer
{
    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text; an unpaired surrogate counts as U+FFFD.</param>
    /// <param name="parseSpecial">
    /// True recognises control tokens and markers written in the text: only for text that no user has written.
    /// </param>
    /// <param name="addBos">
    /// Whether the ids start with <see cref="BosId"/> (if there is one; never twice); null does as <see cref="AddBos"/> says.
    /// </param>
    /// <returns>The ids.</returns>
    public int[] Encode(ReadOnlySpan<char> text, bool parseSpecial = false, bool? addBos = null)
    {
        List<int> ids = new((text.Length / 3) + 4);
        Encode(text, ids, parseSpecial, addBos);
        return [.. ids];
    }

    /// <summary>Encodes a text and appends the ids to a list; allocates nothing but what the list needs to grow.</summary>
    /// <param name="text">The text; an unpaired surrogate counts as U+FFFD.</param>
    /// <param name="output">Receives the ids.</param>
    /// <param name="parseSpecial">True recognises control tokens and markers written in the text.</param>
    /// <param name="addBos">Whether to start with <see cref="BosId"/>; null does as <see cref="AddBos"/> says.</param>
    public void Encode(ReadOnlySpan<char> text, List<int> output, bool parseSpecial = false, bool? addBos = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        EncodeScratch scratch = EncodeScratch.Current;
        scratch.Text.Clear();
        scratch.Text.Append(text);
        EncodeWithBos(parseSpecial ? TextTrust.All : TextTrust.None, addBos, output, scratch);
    }

    /// <summary>
    /// Encodes a prompt made of template text and contents. The text is that of all parts joined, and so are its pieces: where
    /// no content holds the text of a marker, the ids are those of the joined text with <c>parseSpecial</c>. But a marker is
    /// recognised only if all of it stands in template text.
    /// </summary>
    /// <param name="parts">The parts in order.</param>
    /// <param name="addBos">Whether to start with <see cref="BosId"/> (never twice); null does as <see cref="AddBos"/> says.</param>
    /// <returns>The ids.</returns>
    /// <remarks>
    /// One exception: in a vocabulary whose markers are looked for in normalised text (<c>"normalized": true</c> with a
    /// normaliser that changes the text), each part is normalised alone.
    /// </remarks>
    public int[] Encode(ReadOnlySpan<PromptPart> parts, bool? addBos = null)
    {
        EncodeScratch scratch = EncodeScratch.Current;
        scratch.Text.Clear();
        scratch.PartEnds.Clear();
        scratch.PartIsTemplate.Clear();
        foreach (PromptPart part in parts)
        {
            if (string.IsNullOrEmpty(part.Text))
            {
                continue;
            }

            scratch.Text.Append(part.Text.AsSpan());
            scratch.PartEnds.Add(scratch.Text.Length);
            scratch.PartIsTemplate.Add(part.IsTemplate);
        }

        List<int> ids = [];
        TextTrust trust = new(CollectionsMarshal.AsSpan(scratch.PartEnds), CollectionsMarshal.AsSpan(scratch.PartIsTemplate));
        EncodeWithBos(scratch.PartEnds.Count == 0 ? TextTrust.None : trust, addBos, ids, scratch);
        return [.. ids];
    }

    private void EncodeWithBos(TextTrust trust, bool? addBos, List<int> output, EncodeScratch scratch)
    {
        int start = output.Count;
        int? bos = addBos ?? AddBos ? BosId : null;
        if (bos is int id)
        {
            output.Add(id);
        }

        ReadOnlySpan<byte> text = scratch.Text.Span;
        _rawSearch.Find(text, trust, scratch.Matches);
        int done = 0;
        foreach (TokenMatch match in scratch.Matches)
        {
            EncodeFragment(text[done..match.Start], done, trust, output, scratch);
            output.Add(match.Id);
            done = match.End;
        }

        EncodeFragment(text[done..], done, trust, output, scratch);
        if (bos is int first && output.Count > start + 1 && output[start + 1] == first)
        {
            output.RemoveAt(start);
        }
    }

    /// <summary>Encodes text between tokens of the first scan.</summary>
    private void EncodeFragment(ReadOnlySpan<byte> fragment, int offset, TextTrust trust, List<int> output, EncodeScratch scratch)
    {
        if (fragment.IsEmpty)
        {
            return;
        }

        if (_normalizedSearch.IsEmpty)
        {
            _encoder.Encode(_encoder.Normalize(fragment, offset == 0, scratch.Normalized, scratch), output, scratch);
        }
        else if (Definition.EscapesAfterAddedTokens)
        {
            EncodeUnescaped(fragment, offset, trust, output, scratch);
        }
        else
        {
            EncodeNormalized(fragment, offset, trust, output, scratch);
        }
    }

    /// <summary>The second scan where normalising does not move text: it sees the fragment itself.</summary>
    private void EncodeUnescaped(ReadOnlySpan<byte> fragment, int offset, TextTrust trust, List<int> output, EncodeScratch scratch)
    {
        _normalizedSearch.Find(fragment, trust.From(offset), scratch.NormalizedMatches);
        int done = 0;
        foreach (TokenMatch match in scratch.NormalizedMatches)
        {
            EncodeRest(fragment[done..match.Start], offset + done, output, scratch);
            output.Add(match.Id);
            done = match.End;
        }

        EncodeRest(fragment[done..], offset + done, output, scratch);
    }

    private void EncodeRest(ReadOnlySpan<byte> rest, int offset, List<int> output, EncodeScratch scratch)
    {
        if (!rest.IsEmpty)
        {
            _encoder.Encode(_encoder.Normalize(rest, offset == 0, scratch.Normalized, scratch), output, scratch);
        }
    }

    /// <summary>The second scan, of the normalised fragment.</summary>
    private void EncodeNormalized(ReadOnlySpan<byte> fragment, int offset, TextTrust trust, List<int> output, EncodeScratch scratch)
    {
        while (!fragment.IsEmpty)
        {
            // Where normalising moves text, trust is decided part by part.
            int length = fragment.Length;
            ReadOnlySpan<byte> normalized = _encoder.Normalize(fragment, offset == 0, scratch.Normalized, scratch);
            TextTrust inside = trust.From(offset);
            if (!_normalizedSearch.IsAllPlain && !normalized.SequenceEqual(fragment))
            {
                length = inside.FirstEnd(length);
                normalized = length == fragment.Length
                    ? normalized
                    : _encoder.Normalize(fragment[..length], offset == 0, scratch.Normalized, scratch);
                inside = inside.Covers(0, length) ? TextTrust.All : TextTrust.None;
            }

            _normalizedSearch.Find(normalized, inside, scratch.NormalizedMatches);
            int done = 0;
            foreach (TokenMatch match in scratch.NormalizedMatches)
            {
                _encoder.Encode(normalized[done..match.Start], output, scratch);
                output.Add(match.Id);
                done = match.End;
            }

            _encoder.Encode(normalized[done..], output, scratch);
            fragment = fragment[length..];
            offset += length;
        }
    }
}
