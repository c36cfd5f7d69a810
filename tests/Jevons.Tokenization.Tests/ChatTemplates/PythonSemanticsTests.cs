using System.Text.Json;
using Jevons.Testing;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>
/// Our own templates over the whole language, with the answers of Python's Jinja, which <c>python-semantics.py</c> records.
/// </summary>
public static class PythonSemanticsTests
{
    private static readonly string s_folder = Path.Combine(
        SharedData.RepositoryRoot(), "tests", "Jevons.Tokenization.Tests", "ChatTemplates");

    public static IEnumerable<TheoryDataRow<string, string?>> Cases() => TemplateData.Lines(Path.Combine(s_folder, "python-semantics.jsonl"))
        .Select(l => new TheoryDataRow<string, string?>(l.GetProperty("template").GetString()!, l.GetProperty("expected").GetString()));

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public static void Render_Template_EqualsPython(string template, string? expected)
    {
        using JsonDocument context = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "python-semantics-context.json")));
        RenderOptions options = new() { Now = TemplateData.Now };
        if (expected is null)
        {
            _ = Assert.Throws<JinjaException>(() => ChatTemplate.Parse(template).Render(context.RootElement, options));
            return;
        }

        Assert.Equal(expected, ChatTemplate.Parse(template).Render(context.RootElement, options));
    }
}
