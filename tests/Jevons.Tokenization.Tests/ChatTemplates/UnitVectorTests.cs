using System.Text.Json;
using Jevons.Tokenization.ChatTemplates;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>
/// The unit cases of two other engines. Where one of them departs from Python's Jinja, which defines the language of chat
/// templates, <see cref="PythonAnswers"/> holds Python's answer and this engine must give that one.
/// </summary>
public static class UnitVectorTests
{
    public static IEnumerable<TheoryDataRow<string, int, string>> Cases() => TemplateData.Rows(
        ["llama.cpp-jinja-cases.jsonl", "huggingface.js-jinja-templates.jsonl"], l => l.GetProperty("name").GetString()!);

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public static void Render_UnitCase_EqualsExpectedOrPython(string file, int line, string name)
    {
        JsonElement json = TemplateData.Case(file, line);
        JsonElement variables = json.TryGetProperty("vars", out JsonElement vars) ? vars : json.GetProperty("context");
        TemplateContext context = variables.EnumerateObject().Aggregate(
            TemplateContext.Empty, (c, p) => c.With(p.Name, WithFunctions(p.Value)));
        string source = json.GetProperty("template").GetString()!;
        bool departs = PythonAnswers.ByCase.TryGetValue(name, out string? python);
        if (departs && python is null)
        {
            _ = Assert.Throws<JinjaException>(() => ChatTemplate.Parse(source).Render(context));
            return;
        }

        Assert.Equal(departs ? python : json.GetProperty("expected").GetString(), ChatTemplate.Parse(source).Render(context));
    }

    private static JinjaValue WithFunctions(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return TemplateContext.ToValue(json);
        }

        if (!json.TryGetProperty("__function__", out JsonElement function))
        {
            return new JinjaDict(json.EnumerateObject().Select(p =>
                new KeyValuePair<JinjaValue, JinjaValue>(JinjaString.FromContent(p.Name), WithFunctions(p.Value))));
        }

        string body = function.GetString()!;
        return new JinjaFunction("host", (state, arguments) => body switch
        {
            "(x, y) => x + y" => Arithmetic.Add(state, arguments.Positional[0], arguments.Positional[1]),
            "(...args) => args.length" => JinjaInteger.Of(arguments.Positional.Count),
            "(...args) => args.join(\"\")" => Join("", arguments),
            "(...args) => args.join(\"_\")" => Join("_", arguments),
            _ => throw new InvalidOperationException($"the case calls an unknown function: {body}"),
        });

        static JinjaString Join(string separator, Arguments arguments) =>
            JinjaString.Template(string.Join(separator, arguments.Positional.Cast<JinjaString>().Select(a => a.Text)));
    }
}
