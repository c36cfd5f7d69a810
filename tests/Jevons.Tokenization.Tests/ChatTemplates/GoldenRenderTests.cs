using System.Text.Json;
using Jevons.Testing;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>Real templates over real conversations, against the texts that transformers' environment renders.</summary>
public static class GoldenRenderTests
{
    public static IEnumerable<TheoryDataRow<string, int, string>> Goldens() => TemplateData.Rows(
        SharedData.Walk("*golden-renders.jsonl", "chat-templates").Select(Path.GetFileName)!,
        l => $"{l.GetProperty("template").GetString()} {l.GetProperty("case").GetString()}");

    [Theory]
    [MemberData(nameof(Goldens), DisableDiscoveryEnumeration = true)]
    public static void Render_GoldenCase_EqualsTransformers(string file, int line, string name)
    {
        JsonElement golden = TemplateData.Case(file, line);
        string? source = TemplateData.Template(golden.GetProperty("template").GetString()!);
        Assert.True(source is not null, name);
        TemplateContext context = TemplateContext.FromJson(TemplateData.Context(golden.GetProperty("case").GetString()!))
            .With("bos_token", "<s>")
            .With("eos_token", "</s>");
        RenderOptions options = new() { Now = TemplateData.Now };
        if (golden.TryGetProperty("error", out JsonElement error))
        {
            JinjaException e = Assert.Throws<JinjaException>(() => ChatTemplate.Parse(source).Render(context, options));
            if (error.GetString()!.StartsWith("TemplateError: ", StringComparison.Ordinal))
            {
                Assert.Equal(JinjaErrorKind.Raised, e.Kind);
                Assert.Equal(error.GetString()!["TemplateError: ".Length..], e.Message);
            }

            return;
        }

        ChatTemplate template = ChatTemplate.Parse(source);
        string expected = golden.GetProperty("expected").GetString()!;
        Assert.Equal(expected, template.Render(context, options));
        IReadOnlyList<RenderedPart> parts = template.RenderParts(context, options);
        Assert.Equal(expected, string.Concat(parts.Select(p => p.Text)));
        Assert.All(parts.Skip(1).Zip(parts), p => Assert.NotEqual(p.First.IsTemplate, p.Second.IsTemplate));
    }
}
