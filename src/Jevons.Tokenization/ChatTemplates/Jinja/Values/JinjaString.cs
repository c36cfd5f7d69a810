using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// Python's <c>str</c>, with the origin of each character beside it. Lengths and indexes seen by templates count code points;
/// members named after UTF-16 count units of <see cref="Text"/>.
/// </summary>
internal sealed class JinjaString(string text, ContentSpans content, bool isMarkup = false) : JinjaValue
{
    /// <summary>The empty string.</summary>
    public static readonly JinjaString Empty = new("", default);

    // Both are computed once; threads that share a template may do so twice, with the same result. Zero is "not yet" for a hash.
    private int _codePoints = -1;
    private int _hash;

    /// <summary>The characters.</summary>
    public string Text => text;

    /// <summary>Which characters stem from content.</summary>
    public ContentSpans Content => content;

    /// <summary>True for what the filters <c>safe</c> and <c>escape</c> return: adding plain text to it escapes that text.</summary>
    public bool IsMarkup => isMarkup;

    public override string TypeName => isMarkup ? "Markup" : "str";

    public override bool IsTruthy => text.Length > 0;

    public override int? Length => CodePoints;

    /// <inheritdoc/>
    /// <remarks>Comparing and hashing go through the text; a step stands for 256 characters of it.</remarks>
    public override long Weight => 1 + (text.Length / 256);

    /// <summary>True when every code point is one UTF-16 unit.</summary>
    public bool IsBasic => CodePoints == text.Length;

    private int CodePoints => _codePoints >= 0 ? _codePoints : _codePoints = CountCodePoints(text);

    /// <summary>A string of the template's own.</summary>
    public static JinjaString Template(string text) => text.Length == 0 ? Empty : new JinjaString(text, default);

    /// <summary>A string from the context.</summary>
    public static JinjaString FromContent(string text) => text.Length == 0 ? Empty : new JinjaString(text, ContentSpans.All(text.Length));

    /// <summary>The number of code points in a text.</summary>
    public static int CountCodePoints(ReadOnlySpan<char> text)
    {
        int count = text.Length;
        for (int i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
            {
                count--;
            }
        }

        return count;
    }

    /// <summary>The same text, marked or not marked as safe.</summary>
    public JinjaString WithMarkup(bool markup) => markup == isMarkup ? this : new JinjaString(text, content, markup);

    /// <summary>A part by UTF-16 units, with its origins.</summary>
    public JinjaString SubstringUtf16(int start, int length, RenderState state)
    {
        if (length == text.Length)
        {
            return this;
        }

        JinjaStringBuilder builder = new(state.Budget);
        builder.Append(this, start, length);
        return builder.ToValue(isMarkup);
    }

    /// <summary>The UTF-16 index of a code point, which may be one past the last.</summary>
    public int Utf16Index(int codePoint)
    {
        if (IsBasic)
        {
            return codePoint;
        }

        int at = 0;
        for (; codePoint > 0; codePoint--)
        {
            at += WidthAt(at);
        }

        return at;
    }

    /// <summary>The number of UTF-16 units of the code point at a UTF-16 index.</summary>
    public int WidthAt(int index) =>
        char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]) ? 2 : 1;

    /// <summary>The code point at a UTF-16 index; a lone surrogate reads as the replacement character.</summary>
    public Rune RuneAt(int index)
    {
        _ = Rune.DecodeFromUtf16(text.AsSpan(index), out Rune rune, out _);
        return rune;
    }

    public override JinjaString ToText(RenderState state) => WithMarkup(markup: false);

    public override void WriteText(JinjaStringBuilder target) => target.Append(this);

    public override void WriteRepr(JinjaStringBuilder target, int depth) => StringRepr.Write(this, target);

    public override IEnumerator<JinjaValue> Iterate(RenderState state) => Characters(state).GetEnumerator();

    public override JinjaValue? Attribute(string name) => StringMethods.Find(this, name);

    public override JinjaValue? Element(JinjaValue key, RenderState state)
    {
        if (!Numbers.TryInteger(key, out System.Numerics.BigInteger index))
        {
            return null;
        }

        index += index.Sign < 0 ? CodePoints : 0;
        if (index.Sign < 0 || index >= CodePoints)
        {
            return null;
        }

        state.Budget.Steps(IsBasic ? 1 : 1 + ((int)index / 64));
        int at = Utf16Index((int)index);
        return SubstringUtf16(at, WidthAt(at), state);
    }

    public override bool EqualTo(JinjaValue other) => other is JinjaString s && string.Equals(text, s.Text, StringComparison.Ordinal);

    public override int Hash() => _hash != 0 ? _hash : _hash = text.GetHashCode(StringComparison.Ordinal);

    private IEnumerable<JinjaValue> Characters(RenderState state)
    {
        for (int at = 0; at < text.Length;)
        {
            int width = WidthAt(at);
            yield return SubstringUtf16(at, width, state);
            at += width;
        }
    }
}
