using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// Builds a string together with its <see cref="ContentSpans"/>. Every character is charged to the render's budget before it
/// is stored, so that no method or filter can build more text than the budget allows.
/// </summary>
internal sealed class JinjaStringBuilder(RenderBudget budget, int maxLength = int.MaxValue)
{
    private readonly StringBuilder _text = new();
    private readonly List<int> _edges = [];

    /// <summary>UTF-16 units so far.</summary>
    public int Length => _text.Length;

    /// <summary>Appends text of one origin.</summary>
    public void Append(ReadOnlySpan<char> text, bool isContent)
    {
        Charge(text.Length);
        MarkContent(_text.Length, isContent ? text.Length : 0);
        _text.Append(text);
    }

    /// <summary>Appends one character.</summary>
    public void Append(char c, bool isContent) => Append([c], isContent);

    /// <summary>Appends a character several times.</summary>
    public void Append(char c, long count, bool isContent)
    {
        if (count <= 0)
        {
            return;
        }

        Charge(count);
        MarkContent(_text.Length, isContent ? (int)count : 0);
        _text.Append(c, (int)count);
    }

    /// <summary>Appends a string with its origins.</summary>
    public void Append(JinjaString value) => Append(value, 0, value.Text.Length);

    /// <summary>Appends a part of a string (in UTF-16 units) with its origins.</summary>
    public void Append(JinjaString value, int start, int length)
    {
        Charge(length);
        int at = _text.Length;
        ReadOnlySpan<int> edges = value.Content.Edges;
        for (int i = value.Content.FirstSpan(start); i < edges.Length && edges[i] < start + length; i += 2)
        {
            int from = Math.Max(edges[i], start);
            int to = Math.Min(edges[i + 1], start + length);
            if (from < to)
            {
                MarkContent(at + from - start, to - from);
            }
        }

        _text.Append(value.Text, start, length);
    }

    /// <summary>Everything appended so far as a value.</summary>
    public JinjaString ToValue(bool isMarkup = false) => new(_text.ToString(), new ContentSpans([.. _edges]), isMarkup);

    /// <summary>Everything appended so far, cut where the origin changes.</summary>
    public IReadOnlyList<RenderedPart> ToParts()
    {
        List<RenderedPart> parts = [];
        int at = 0;
        for (int i = 0; i < _edges.Count; i++)
        {
            if (_edges[i] > at)
            {
                parts.Add(new RenderedPart(_text.ToString(at, _edges[i] - at), (i & 1) == 0));
                at = _edges[i];
            }
        }

        if (_text.Length > at)
        {
            parts.Add(new RenderedPart(_text.ToString(at, _text.Length - at), IsTemplate: true));
        }

        return parts;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Charge(long count)
    {
        budget.Characters(count);
        if (_text.Length + count > maxLength)
        {
            throw JinjaException.Limit($"the rendered text grows beyond {maxLength} characters; raise RenderLimits.MaxOutput if that is meant");
        }
    }

    private void MarkContent(int start, int length)
    {
        if (length == 0)
        {
            return;
        }

        if (_edges.Count > 0 && _edges[^1] == start)
        {
            _edges[^1] = start + length;
        }
        else
        {
            _edges.Add(start);
            _edges.Add(start + length);
        }
    }
}
