using System.Buffers;
using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>Filters for HTML and URLs.</summary>
internal static class HtmlFilters
{
    private static readonly SearchValues<char> s_attributeNameEnds = SearchValues.Create(" \t\n\r\f\v/>=");

    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, Filter> Table { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["e"] = Escape,
        ["escape"] = Escape,
        ["forceescape"] = (s, v, a) =>
        {
            a.Bind("forceescape", 0);
            return HtmlText.Escape(s, v.ToText(s));
        },
        ["safe"] = (s, v, a) =>
        {
            a.Bind("safe", 0);
            return TextFilters.Soft(s, v).WithMarkup(markup: true);
        },
        ["striptags"] = StripTags,
        ["urlencode"] = UrlEncode,
        ["xmlattr"] = Attributes,
    };

    private static JinjaValue Escape(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("escape", 0);
        return HtmlText.Escape(state, TextFilters.Soft(state, value));
    }

    private static JinjaValue StripTags(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("striptags", 0);
        JinjaString text = value.ToText(state);
        state.Budget.Steps(text.Text.Length / 16);
        JinjaStringBuilder builder = new(state.Budget);
        int at = 0;
        while (at < text.Text.Length)
        {
            int open = text.Text.IndexOf('<', at);
            int close = open < 0 ? -1 : text.Text.IndexOf('>', open);
            if (close < 0)
            {
                break;
            }

            builder.Append(text, at, open - at);
            at = close + 1;
        }

        builder.Append(text, at, text.Text.Length - at);

        // Blanks left behind by tags collapse to one.
        JinjaList words = (JinjaList)TextSplit.Split(state, builder.ToValue(), Arguments.None);
        JinjaStringBuilder joined = new(state.Budget);
        for (int i = 0; i < words.Items.Count; i++)
        {
            joined.Append(i > 0 ? " " : "", isContent: false);
            joined.Append((JinjaString)words.Items[i]);
        }

        return joined.ToValue();
    }

    private static JinjaValue UrlEncode(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("urlencode", 0);
        JinjaStringBuilder builder = new(state.Budget);
        if (value is JinjaString || value.Iterate(state) is null)
        {
            Quote(builder, value.ToText(state), forQuery: false);
            return builder.ToValue();
        }

        IEnumerable<JinjaValue> pairs = value is JinjaDict dict
            ? dict.Entries.Select(e => (JinjaValue)new JinjaTuple(e.Key, e.Value))
            : value.ToElements(state);
        foreach (JinjaValue pair in pairs)
        {
            List<JinjaValue> parts = pair.ToElements(state);
            if (parts.Count != 2)
            {
                throw JinjaException.Operation($"urlencode expects pairs, not {parts.Count} values");
            }

            builder.Append(builder.Length > 0 ? "&" : "", isContent: false);
            Quote(builder, parts[0].ToText(state), forQuery: true);
            builder.Append('=', isContent: false);
            Quote(builder, parts[1].ToText(state), forQuery: true);
        }

        return builder.ToValue();
    }

    private static void Quote(JinjaStringBuilder builder, JinjaString text, bool forQuery)
    {
        Span<byte> utf8 = stackalloc byte[4];
        Span<char> escaped = stackalloc char[3];
        for (int at = 0; at < text.Text.Length; at += text.WidthAt(at))
        {
            Rune rune = text.RuneAt(at);
            bool isContent = text.Content.Contains(at);
            bool isPlain = rune.IsAscii
                && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value is '-' or '_' or '.' or '~' || (rune.Value == '/' && !forQuery));
            if (isPlain)
            {
                builder.Append((char)rune.Value, isContent);
            }
            else if (rune.Value == ' ' && forQuery)
            {
                builder.Append('+', isContent);
            }
            else
            {
                int length = rune.EncodeToUtf8(utf8);
                foreach (byte b in utf8[..length])
                {
                    escaped[0] = '%';
                    escaped[1] = "0123456789ABCDEF"[b >> 4];
                    escaped[2] = "0123456789ABCDEF"[b & 15];
                    builder.Append(escaped, isContent);
                }
            }
        }
    }

    private static JinjaValue Attributes(RenderState state, JinjaValue value, Arguments arguments)
    {
        bool space = arguments.Bind("xmlattr", 0, "autospace")[0]?.IsTruthy ?? true;
        JinjaDict dict = value as JinjaDict ?? throw JinjaException.Operation($"xmlattr expects a dict, not {value.TypeName}");
        JinjaStringBuilder builder = new(state.Budget);
        foreach ((JinjaValue key, JinjaValue attribute) in dict.Entries)
        {
            if (attribute is JinjaNone or JinjaUndefined)
            {
                continue;
            }

            JinjaString name = key.ToText(state);
            if (name.Text.AsSpan().ContainsAny(s_attributeNameEnds))
            {
                throw JinjaException.Operation("Invalid character in attribute name");
            }

            builder.Append(builder.Length > 0 || space ? " " : "", isContent: false);
            builder.Append(HtmlText.Escape(state, name));
            builder.Append("=\"", isContent: false);
            builder.Append(HtmlText.Escape(state, TextFilters.Soft(state, attribute)));
            builder.Append('"', isContent: false);
        }

        return builder.ToValue();
    }
}
