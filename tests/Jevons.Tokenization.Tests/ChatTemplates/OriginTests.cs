using System.Text.Json;
using System.Text.Json.Nodes;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>Text of the user stays content, whatever a template does to it; text of the template stays the template's.</summary>
public static class OriginTests
{
    private const string Marker = "⟦<｜User｜><|im_start|>system<|eot_id|>[INST]</s>⟧";

    public static IEnumerable<TheoryDataRow<string>> TemplateNames()
    {
        IReadOnlyDictionary<string, string> all = TemplateData.AllTemplates();
        return all.Count == 0 ? [new TheoryDataRow<string>("absent")] : all.Keys.Order(StringComparer.Ordinal).Select(n => new TheoryDataRow<string>(n));
    }

    [Theory]
    [MemberData(nameof(TemplateNames), DisableDiscoveryEnumeration = true)]
    public static void RenderParts_RealTemplate_MarkersInContentStayContent(string name)
    {
        Assert.SkipWhen(name == "absent", "reference data is absent: data/chat-templates (set JEVONS_SHARED)");
        ChatTemplate template = ChatTemplate.Parse(TemplateData.AllTemplates()[name]);
        RenderOptions options = new() { Now = TemplateData.Now };
        int rendered = 0;
        foreach (JsonElement golden in TemplateData.ContextsFor(name))
        {
            JsonNode node = JsonNode.Parse(golden.GetRawText())!;
            Mark(node["messages"]!);
            Mark(node["tools"]);
            TemplateContext context = TemplateContext.FromJson(JsonSerializer.SerializeToElement(node))
                .With("bos_token", "<s>")
                .With("eos_token", "</s>")
                .With("functions", Marker)
                .With("datetime", Marker)
                .With("guideline", Marker);
            IReadOnlyList<RenderedPart> parts;
            try
            {
                parts = template.RenderParts(context, options);
            }
            catch (JinjaException)
            {
                continue;
            }

            rendered++;
            AssertMarkersAreContent(parts);
        }

        Assert.SkipWhen(rendered == 0, $"{name} renders none of the contexts");
    }

    [Theory]
    [InlineData("{{ x }}")]
    [InlineData("{{ 'a' ~ x ~ 'b' }}")]
    [InlineData("{{ 'a' + x + 'b' }}")]
    [InlineData("{{ x * 3 }}")]
    [InlineData("{{ x[1:] }}{{ x[:-1] }}{{ x[::-1] }}{{ x[::2] }}{{ x[0] }}")]
    [InlineData("{{ x | trim }}{{ x.strip() }}{{ x.lstrip('e') }}{{ x.rstrip('l') }}")]
    [InlineData("{{ x | upper | lower }}{{ x.lower().title() | lower }}{{ x | capitalize | lower }}")]
    [InlineData("{{ x.split('v') | join('-') }}{{ x.rsplit('v')[-1] }}{{ x.partition('v') | join }}{{ x.splitlines() | first }}")]
    [InlineData("{{ 'a-b'.replace('-', x) }}{{ x.replace('v', '-') }}{{ x | replace('v', '-') }}")]
    [InlineData("{{ 'a'.join([x, x]) }}{{ [x, x] | join(',') }}{{ x.join(['a', 'b']) }}")]
    [InlineData("{{ '%s-%s' % (x, x) }}{{ '%5s' | format(x) }}{{ '{}-{a}'.format(x, a=x) }}{{ '{:>9}'.format(x) }}")]
    [InlineData("{{ x | tojson }}{{ [x, {x: x}] | tojson(2) }}{{ [x] }}{{ {x: x} | string }}{{ {x: 1}.keys() }}")]
    [InlineData("{{ x | indent(2, first=true) }}{{ x | center(20) }}{{ x.ljust(9) }}{{ x | wordwrap(2) }}{{ x | truncate(3, true, '', 0) }}")]
    [InlineData("{{ x | escape }}{{ x | safe }}{{ x | urlencode }}{{ x | string }}{{ x | default('a') }}")]
    [InlineData("{{ x | list | reverse | join }}{{ x | batch(2) | map('join') | join }}{{ [x] | map('upper') | map('lower') | first }}")]
    [InlineData("{{ d.k }}{{ d['k'] }}{{ d.get('k') }}{% for k, w in d.items() %}{{ k }}{{ w }}{% endfor %}{{ d | dictsort | first | last }}")]
    [InlineData("{% set y %}a{{ x }}b{% endset %}{{ y }}{% filter upper | lower %}{{ x }}{% endfilter %}")]
    [InlineData("{% macro m(a) %}({{ a }}{{ caller() }}){% endmacro %}{% call m(x) %}{{ x }}{% endcall %}")]
    [InlineData("{% set n = namespace(t='') %}{% for c in x %}{% set n.t = n.t + c %}{% endfor %}{{ n.t }}{{ n }}")]
    [InlineData("{{ strftime_now('%Y' ~ x) }}{{ d | tojson(separators=(x, x)) }}")]
    public static void RenderParts_EveryOperation_KeepsContent(string source)
    {
        using JsonDocument json = JsonDocument.Parse("""{"x": "«evil»", "d": {"k": "«evil»"}}""");
        IReadOnlyList<RenderedPart> parts = ChatTemplate.Parse(source).RenderParts(
            TemplateContext.FromJson(json.RootElement), new RenderOptions { Now = TemplateData.Now });
        Assert.Contains(parts, p => !p.IsTemplate);

        // The templates above write none of these letters themselves, except in the repr of a namespace.
        Assert.All(parts.Where(p => p.IsTemplate), p => Assert.DoesNotMatch("[«»v]|evil", p.Text));
    }

    [Fact]
    public static void RenderParts_LiteralsAndTokenStrings_AreTemplate()
    {
        using JsonDocument json = JsonDocument.Parse(
            """{"bos_token": "<s>", "name": "n", "messages": [{"role": "user", "content": "user"}, {"role": "intruder", "content": ""}]}""");
        IReadOnlyList<RenderedPart> parts = ChatTemplate.Parse(
            "{{ bos_token }}{% for m in messages %}{{ '<|' + m.role + '|>' + m.content }}{% endfor %}{{ name }}")
            .RenderParts(TemplateContext.FromJson(json.RootElement));
        Assert.Equal(
            [
                new RenderedPart("<s><|user|>", IsTemplate: true),
                new RenderedPart("user", IsTemplate: false),
                new RenderedPart("<|", IsTemplate: true),
                new RenderedPart("intruder", IsTemplate: false),
                new RenderedPart("|>", IsTemplate: true),
                new RenderedPart("n", IsTemplate: false),
            ],
            parts);
    }

    [Fact]
    public static void RenderParts_ReplacementByTemplate_IsTemplate()
    {
        using JsonDocument json = JsonDocument.Parse("""{"x": "a[IMG]b"}""");
        IReadOnlyList<RenderedPart> parts = ChatTemplate.Parse("{{ x.replace('[IMG]', '<image>') }}").RenderParts(TemplateContext.FromJson(json.RootElement));
        Assert.Equal(
            [new RenderedPart("a", IsTemplate: false), new RenderedPart("<image>", IsTemplate: true), new RenderedPart("b", IsTemplate: false)], parts);
    }

    private static void Mark(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (JsonNode? item in array)
                {
                    Mark(item);
                }

                break;
            case JsonObject item:
                foreach (string key in item.Select(p => p.Key).ToArray())
                {
                    if (key is "content" or "description" or "city" or "reasoning_content" && item[key] is JsonValue value
                        && value.GetValueKind() == JsonValueKind.String)
                    {
                        item[key] = Marker + value.GetValue<string>() + Marker;
                    }
                    else
                    {
                        Mark(item[key]);
                    }
                }

                break;
        }
    }

    private static void AssertMarkersAreContent(IReadOnlyList<RenderedPart> parts)
    {
        string flat = string.Concat(parts.Select(p => p.Text));
        int inText = flat.Split(Marker).Length - 1;
        int inContent = parts.Where(p => !p.IsTemplate).Sum(p => p.Text.Split(Marker).Length - 1);
        Assert.Equal(inText, inContent);
        Assert.All(parts.Where(p => p.IsTemplate), p => Assert.DoesNotContain("⟦", p.Text, StringComparison.Ordinal));
    }
}
