using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates;

/// <summary>
/// The variables of a render: messages, tools, add_generation_prompt, token strings and whatever else a template asks for.
/// Immutable and thread-safe.
/// </summary>
/// <remarks>
/// All text of a context is content (see <see cref="RenderedPart"/>), with two exceptions that the program, not the user,
/// decides about: strings of variables whose name ends with <c>_token</c>, and a message's role when it is one of the known
/// role names. Templates build control tokens of both.
/// </remarks>
public sealed class TemplateContext
{
    private static readonly FrozenSet<string> s_roles = FrozenSet.ToFrozenSet(
        ["system", "developer", "user", "assistant", "tool", "function", "ipython", "model"], StringComparer.Ordinal);

    private TemplateContext(Dictionary<string, JinjaValue> variables) => Variables = variables;

    /// <summary>A context without variables.</summary>
    public static TemplateContext Empty { get; } = new(new Dictionary<string, JinjaValue>(StringComparer.Ordinal));

    internal IReadOnlyDictionary<string, JinjaValue> Variables { get; }

    /// <summary>The context of a JSON object: one variable per property. Key order and the difference of 1 and 1.0 are kept.</summary>
    /// <param name="json">An object.</param>
    /// <returns>The context.</returns>
    /// <exception cref="ArgumentException">The element is not an object.</exception>
    /// <exception cref="InvalidDataException">A number or nesting is beyond what templates can hold, or text is not valid Unicode.</exception>
    public static TemplateContext FromJson(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new ArgumentException($"a template context is a JSON object, not {json.ValueKind}", nameof(json));
        }

        Dictionary<string, JinjaValue> variables = new(StringComparer.Ordinal);
        foreach (JsonProperty property in json.EnumerateObject())
        {
            variables[property.Name] = TopLevel(property.Name, property.Value);
        }

        return new TemplateContext(variables);
    }

    /// <summary>The context of JSON text; see <see cref="FromJson"/>.</summary>
    /// <param name="utf8Json">The text of an object in UTF-8.</param>
    /// <returns>The context.</returns>
    /// <exception cref="InvalidDataException">The text is not JSON, not an object, or holds what templates cannot.</exception>
    public static TemplateContext Parse(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            ReadOnlyMemory<byte> json = utf8Json.Span.StartsWith("\uFEFF"u8) ? utf8Json[3..] : utf8Json;
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = JinjaValue.MaxDepth });
            return FromJson(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(
                $"the template context is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {e.Message}", e);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>This context with a variable added or replaced.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    /// <returns>A new context.</returns>
    public TemplateContext With(string name, JsonElement value) => With(name, TopLevel(name, value));

    /// <summary>This context with a text variable added or replaced.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="text">Its text; a token string when the name ends with <c>_token</c>, else content.</param>
    /// <returns>A new context.</returns>
    public TemplateContext With(string name, string text) => With(name, Text(name, text));

    /// <summary>This context with a truth value added or replaced.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    /// <returns>A new context.</returns>
    public TemplateContext With(string name, bool value) => With(name, JinjaBoolean.Of(value));

    internal static JinjaString Role(string role) => s_roles.Contains(role) ? JinjaString.Template(role) : JinjaString.FromContent(role);

    internal static JinjaValue ToValue(JsonElement json, int depth = 0)
    {
        if (depth > JinjaValue.MaxDepth)
        {
            throw new InvalidDataException($"the template context nests more than {JinjaValue.MaxDepth} levels deep");
        }

        return json.ValueKind switch
        {
            JsonValueKind.True => JinjaBoolean.True,
            JsonValueKind.False => JinjaBoolean.False,
            JsonValueKind.Number => Number(json.GetRawText()),
            JsonValueKind.String => JinjaString.FromContent(StringOf(json)),
            JsonValueKind.Array => new JinjaList([.. json.EnumerateArray().Select(e => ToValue(e, depth + 1))]),
            JsonValueKind.Object => new JinjaDict(json.EnumerateObject().Select(p =>
                new KeyValuePair<JinjaValue, JinjaValue>(JinjaString.FromContent(p.Name), ToValue(p.Value, depth + 1)))),
            _ => JinjaNone.Instance,
        };
    }

    internal TemplateContext With(string name, JinjaValue value) =>
        new(new Dictionary<string, JinjaValue>(Variables, StringComparer.Ordinal) { [name] = value });

    private static JinjaValue TopLevel(string name, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.String)
        {
            return Text(name, StringOf(json));
        }

        JinjaValue value = ToValue(json);
        return name == "messages" && value is JinjaList messages ? new JinjaList([.. messages.Items.Select(TrustRole)]) : value;
    }

    private static JinjaString Text(string name, string text) =>
        name.EndsWith("_token", StringComparison.Ordinal) ? JinjaString.Template(text) : JinjaString.FromContent(text);

    private static JinjaValue TrustRole(JinjaValue message) => message is not JinjaDict dict
        ? message
        : new JinjaDict(dict.Entries.Select(e => e is { Key: JinjaString { Text: "role" }, Value: JinjaString role }
            ? new KeyValuePair<JinjaValue, JinjaValue>(e.Key, Role(role.Text))
            : e));

    private static JinjaValue Number(string text)
    {
        if (text.AsSpan().IndexOfAny('.', 'e', 'E') >= 0)
        {
            return new JinjaFloat(double.Parse(text, CultureInfo.InvariantCulture));
        }

        try
        {
            return JinjaInteger.Of(text.Length <= JinjaInteger.MaxBits
                ? BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                : BigInteger.One << JinjaInteger.MaxBits);
        }
        catch (JinjaException e)
        {
            throw new InvalidDataException($"the template context holds an integer of {text.Length} digits; {e.Message}", e);
        }
    }

    private static string StringOf(JsonElement json)
    {
        try
        {
            return json.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException("the template context holds a string that is not valid Unicode (half of a surrogate pair)", e);
        }
    }
}
