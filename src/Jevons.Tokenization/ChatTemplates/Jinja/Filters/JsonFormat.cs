using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>How <c>tojson</c> writes: the options of Python's <c>json.dumps</c>.</summary>
/// <param name="EnsureAscii">Escape everything beyond ASCII.</param>
/// <param name="Indent">The text of one level, or null for one line.</param>
/// <param name="ItemSeparator">Between items.</param>
/// <param name="KeySeparator">Between a key and its value.</param>
/// <param name="SortKeys">Keys in order of their text.</param>
internal sealed record JsonFormat(
    bool EnsureAscii, JinjaString? Indent, JinjaString ItemSeparator, JinjaString KeySeparator, bool SortKeys)
{
    /// <summary>Reads ensure_ascii, indent, separators and sort_keys; what is absent has the default of chat templates.</summary>
    public static JsonFormat From(RenderState state, IReadOnlyList<JinjaValue?> arguments)
    {
        JinjaString? indent = arguments[1] switch
        {
            null or JinjaNone => null,
            JinjaString text => text,
            _ => Spaces(state, Numbers.ToInt32(arguments[1]!, "indent")),
        };
        JinjaString items = JinjaString.Template(indent is null ? ", " : ",");
        JinjaString keys = JinjaString.Template(": ");
        if (arguments[2] is not (null or JinjaNone))
        {
            if (arguments[2] is not JinjaSequence { Items: [JinjaString first, JinjaString second] })
            {
                throw JinjaException.Operation("tojson expects separators as a pair of strings");
            }

            (items, keys) = (first, second);
        }

        return new JsonFormat(arguments[0]?.IsTruthy ?? false, indent, items, keys, arguments[3]?.IsTruthy ?? false);
    }

    private static JinjaString Spaces(RenderState state, int count)
    {
        JinjaStringBuilder builder = new(state.Budget);
        builder.Append(' ', count, isContent: false);
        return builder.ToValue();
    }
}
