using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Escaping for HTML, as the filters <c>escape</c> and <c>safe</c> use it.</summary>
internal static class HtmlText
{
    /// <summary>The text with <c>&amp; &lt; &gt; ' "</c> escaped and marked safe; text that is already safe stays as it is.</summary>
    public static JinjaString Escape(RenderState state, JinjaString value)
    {
        if (value.IsMarkup)
        {
            return value;
        }

        JinjaStringBuilder builder = new(state.Budget);
        int copied = 0;
        for (int i = 0; i < value.Text.Length; i++)
        {
            string? entity = value.Text[i] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '\'' => "&#39;",
                '"' => "&#34;",
                _ => null,
            };
            if (entity is not null)
            {
                builder.Append(value, copied, i - copied);
                builder.Append(entity, value.Content.Contains(i));
                copied = i + 1;
            }
        }

        builder.Append(value, copied, value.Text.Length - copied);
        return builder.ToValue(isMarkup: true);
    }
}
