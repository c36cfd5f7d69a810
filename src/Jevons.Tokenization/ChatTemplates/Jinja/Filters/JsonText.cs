using System.Globalization;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>
/// JSON as Python's <c>json.dumps</c> writes it. Strings keep the origin of their characters, escapes included; the
/// punctuation around them is the template's.
/// </summary>
internal sealed class JsonText
{
    private readonly RenderState _state;
    private readonly JsonFormat _format;
    private readonly JinjaStringBuilder _target;

    private JsonText(RenderState state, JsonFormat format)
    {
        _state = state;
        _format = format;
        _target = new JinjaStringBuilder(state.Budget);
    }

    /// <summary>Writes a value.</summary>
    public static JinjaValue Write(RenderState state, JinjaValue value, JsonFormat format)
    {
        JsonText text = new(state, format);
        text.Value(value, level: 0);
        return text._target.ToValue();
    }

    private void Value(JinjaValue value, int level)
    {
        _state.Budget.Steps(1);
        switch (value)
        {
            case JinjaString text:
                String(text);
                break;
            case JinjaSequence sequence:
                Array(sequence, level);
                break;
            case JinjaDict dict:
                Object(dict, level);
                break;
            default:
                Plain(Scalar(value) ?? throw JinjaException.Operation($"Object of type {value.TypeName} is not JSON serializable"));
                break;
        }
    }

    private static string? Scalar(JinjaValue value) => value switch
    {
        JinjaNone => "null",
        JinjaBoolean b => b.Value ? "true" : "false",
        JinjaInteger i => i.Value.ToString(CultureInfo.InvariantCulture),
        JinjaFloat f => double.IsNaN(f.Value) ? "NaN" : double.IsInfinity(f.Value) ? f.Value > 0 ? "Infinity" : "-Infinity" : FloatText.Repr(f.Value),
        _ => null,
    };

    private void Array(JinjaSequence sequence, int level)
    {
        if (sequence.Items.Count == 0)
        {
            Plain("[]");
            return;
        }

        Plain("[");
        for (int i = 0; i < sequence.Items.Count; i++)
        {
            Separate(i, level + 1);
            Value(sequence.Items[i], level + 1);
        }

        NewLine(level);
        Plain("]");
    }

    private void Object(JinjaDict dict, int level)
    {
        if (dict.Entries.Count == 0)
        {
            Plain("{}");
            return;
        }

        IEnumerable<KeyValuePair<JinjaValue, JinjaValue>> entries = dict.Entries;
        if (_format.SortKeys)
        {
            entries = OrderFilters.Sort(_state, dict.Entries, e => e.Key, reverse: false);
        }

        Plain("{");
        int count = 0;
        foreach ((JinjaValue key, JinjaValue value) in entries)
        {
            Separate(count++, level + 1);
            String(key as JinjaString ?? JinjaString.Template(Scalar(key)
                ?? throw JinjaException.Operation($"keys must be str, int, float, bool or None, not {key.TypeName}")));
            _target.Append(_format.KeySeparator);
            Value(value, level + 1);
        }

        NewLine(level);
        Plain("}");
    }

    private void Separate(int index, int level)
    {
        if (index > 0)
        {
            _target.Append(_format.ItemSeparator);
        }

        NewLine(level);
    }

    private void NewLine(int level)
    {
        if (_format.Indent is null)
        {
            return;
        }

        Plain("\n");
        for (int i = 0; i < level; i++)
        {
            _target.Append(_format.Indent);
        }
    }

    private void String(JinjaString value)
    {
        Plain("\"");
        string text = value.Text;
        int copied = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            string? escape = c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\f' => "\\f",
                '\b' => "\\b",
                < ' ' => Unicode(c),
                >= '\x7f' when _format.EnsureAscii => Unicode(c),
                _ => null,
            };
            if (escape is not null)
            {
                _target.Append(value, copied, i - copied);
                _target.Append(escape, value.Content.Contains(i));
                copied = i + 1;
            }
        }

        _target.Append(value, copied, text.Length - copied);
        Plain("\"");
    }

    private static string Unicode(char c) => "\\u" + ((int)c).ToString("x4", CultureInfo.InvariantCulture);

    private void Plain(string text) => _target.Append(text, isContent: false);
}
