using System.Diagnostics.CodeAnalysis;
using System.Text;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>Templates that mean harm, or are damaged, end with a <see cref="JinjaException"/> or a text, within their budget.</summary>
public static class HostileTemplateTests
{
    private const int Mutations = 100_000;
    private const int Seed = 20250120;
    private const long MostAllocated = 32 << 20;

    private static readonly RenderLimits s_tight = new() { MaxSteps = 20_000, MaxCharacters = 1 << 20, MaxOutput = 1 << 18, MaxDepth = 300 };

    private static readonly string[] s_fragments =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-%}", "{%-", "{% if x %}", "{% else %}", "{% endif %}", "{% for m in messages %}", "{% endfor %}",
        "{% set x = messages %}", "{% macro f(a) %}", "{% endmacro %}", "{{ f(f) }}", "{% raw %}", "{% endraw %}", "|tojson", "|length", "|map('upper')",
        "|join", "|sort", "[::-1]", "[0]", ".x", "(", ")", "[", "]", "{", "}", "'", "\"", "\\", "+", "*", "**", "//", "%", "~", " not ", " in ", " is ",
        " if ", " else ", "none", "9999999999", "'a'*9999", "loop", "namespace()", "range(99999)", ".split('')", ".format(x)", "is defined", "\ud83d\ude00",
    ];

    [Theory]
    [InlineData("{% for i in range(10**9) %}x{% endfor %}")]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}")]
    [InlineData("{{ 'a' * 10**9 }}")]
    [InlineData("{{ 'ab' * 10**30 }}")]
    [InlineData("{{ [0] * 10**9 }}")]
    [InlineData("{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}")]
    [InlineData("{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}")]
    [InlineData("{% set n = namespace(x=[1]) %}{% for i in range(9999) %}{% set n.x = [n.x] %}{% endfor %}")]
    [InlineData("{% set n = namespace(x=(1,), y=(1,)) %}{% for i in range(99) %}{% set n.x = (n.x, n.x) %}{% set n.y = (n.y, n.y) %}{% endfor %}{{ n.x == n.y }}")]
    [InlineData("{% set n = namespace(x=(1,)) %}{% for i in range(99) %}{% set n.x = (n.x, n.x) %}{% endfor %}{{ {n.x: 1} }}")]
    [InlineData("{% set n = namespace() %}{% set n.x = [n] %}{{ n }}")]
    [InlineData("{% set n = namespace(g=[1]) %}{% for i in range(9999) %}{% set n.g = n.g | map('abs') %}{% endfor %}{{ n.g | list }}")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{% macro f(x) %}{{ f(f(x)) }}{% endmacro %}{{ f(1) }}")]
    [InlineData("{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    [InlineData("{{ 9 ** 99999999 }}")]
    [InlineData("{% set n = namespace(x=3) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}")]
    [InlineData("{% set r = namespace(x=range(2)) %}{% for i in range(9999) %}{% set r.x = r.x[::10**1000] %}{% endfor %}")]
    [InlineData("{{ '%999999999d' % 1 }}")]
    [InlineData("{{ '%.999999999f' % 1.0 }}")]
    [InlineData("{{ '{:999999999}'.format(1) }}")]
    [InlineData("{{ 'a'.center(10**9) }}{{ 'a' | indent(10**9, true) }}")]
    [InlineData("{{ ('a' * 4000000).find('a' * 2000000 ~ 'b') }}")]
    [InlineData("{{ [1] | slice(2147483647) | list }}")]
    [InlineData("{{ [1] | batch(2147483647, 'x') | list }}")]
    [InlineData("{% set a = ' ' * 9000000 %}{% for i in range(100000) %}{{ a.strip() }}{{ a.split() }}{% endfor %}")]
    [InlineData("{% set a = 'a' * 9000000 %}{% for i in range(100000) %}{% if 'b' in a %}{% endif %}{% endfor %}")]
    [InlineData("{% set a = 'a' * 9000000 %}{% for i in range(100000) %}{% if a ~ '' == a ~ '' %}{% endif %}{% endfor %}")]
    public static void Render_HostileTemplate_EndsAtALimit(string source)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        RenderOptions options = new() { Limits = new RenderLimits { MaxSteps = RenderLimits.Default.MaxSteps / 10 } };
        JinjaException e = Assert.Throws<JinjaException>(() => ChatTemplate.Parse(source).Render(TemplateContext.Empty, options));
        Assert.Equal(JinjaErrorKind.Limit, e.Kind);
        Assert.True(e.Line > 0 && e.Column > 0, e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
    }

    [Theory]
    [InlineData("{{ ", "(", "1", ")", " }}")]
    [InlineData("{{ ", "[", "1", "]", " }}")]
    [InlineData("{{ ", "-", "1", "", " }}")]
    [InlineData("{{ ", "not ", "1", "", " }}")]
    [InlineData("{{ ", "", "1", "+1", " }}")]
    [InlineData("{{ ", "", "1", " and 1", " }}")]
    [InlineData("{{ ", "", "1", "|abs", " }}")]
    [InlineData("{{ ", "", "1", ".a", " }}")]
    [InlineData("{{ ", "", "1", "(1)", " }}")]
    [InlineData("{{ ", "", "1", " if 1 else 1", " }}")]
    [InlineData("", "{% if 1 %}", "1", "{% endif %}", "")]
    [InlineData("", "{% for a in b %}", "1", "{% endfor %}", "")]
    [InlineData("{% set ", "(", "a", ")", " = 1 %}")]
    [InlineData("{% filter upper", "", "", "|upper", " %}a{% endfilter %}")]
    public static void Parse_DeepNesting_EndsAtALimit(string start, string open, string inner, string close, string end)
    {
        const int Depth = 50_000;
        StringBuilder source = new(start);
        source.Insert(start.Length, open, Depth).Append(inner);
        source.Insert(source.Length, close, Depth).Append(end);
        JinjaException e = Assert.Throws<JinjaException>(() => ChatTemplate.Parse(source.ToString()).Render(TemplateContext.Empty));
        Assert.Contains("levels deep", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public static void Render_OnASmallStack_EndsAtALimit()
    {
        ChatTemplate template = ChatTemplate.Parse("{% macro f(x) %}{% for i in [1] %}{{ '<' + f(x[0:]) ~ x }}{% endfor %}{% endmacro %}{{ f('a') }}");
        RenderOptions options = new() { Limits = new RenderLimits { MaxDepth = 1_000_000 } };
        JinjaException? caught = null;
        Thread thread = new(
            () =>
            {
                try
                {
                    _ = template.Render(TemplateContext.Empty, options);
                }
                catch (JinjaException e)
                {
                    caught = e;
                }
            },
            256 << 10);
        thread.Start();
        thread.Join();
        Assert.Equal(JinjaErrorKind.Limit, caught?.Kind);
    }

    [Fact]
    [SuppressMessage("Security", "CA5394", Justification = "a seeded generator makes the mutations repeatable")]
    public static void ParseAndRender_MutatedTemplates_GiveTextOrJinjaException()
    {
        string[] sources = [.. TemplateData.AllTemplates().OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => t.Value), .. s_own];
        TemplateContext[] contexts = [.. Contexts()];
        Random random = new(Seed);
        RenderOptions options = new() { Now = TemplateData.Now, Limits = s_tight };
        int rendered = 0;
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            string source = Mutate(sources[random.Next(sources.Length)], sources, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                string text = ChatTemplate.Parse(source).Render(contexts[random.Next(contexts.Length)], options);
                Assert.InRange(text.Length, 0, s_tight.MaxOutput);
                rendered++;
            }
            catch (JinjaException)
            {
                refused++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"mutation {i}: {e}\n{source}");
            }

            // A syntax tree of the source, and what 20,000 steps may make.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }

        Assert.Equal(Mutations, rendered + refused);
        Assert.True(rendered > Mutations / 20 && refused > Mutations / 20, $"{rendered} rendered, {refused} refused");
    }

    private static readonly string[] s_own =
    [
        "{% for m in messages %}{{ '<|' ~ m.role ~ '|>' }}{{ m.content | trim }}{% if not loop.last %}{{ '\\n' }}{% endif %}{% endfor %}",
        "{% macro f(a, b=1, c='x') %}{{ a }}{{ b }}{{ c }}{{ caller() if caller }}{% endmacro %}{% call f(1, c=2) %}{{ messages | tojson(indent=2) }}{% endcall %}",
        "{{ '%s %d %5.2f' % ('a', 1, 2.5) }}{{ '{:>5} {!r}'.format(1, 'b') }}{{ [3, 1, 2] | sort | map('string') | join(',') }}{{ 'a b c'.split()[::-1] }}",
        "{% set n = namespace(i=0) %}{% for k, v in messages[0].items() %}{% set n.i = n.i + 1 %}{{ k }}={{ v }}{% else %}none{% endfor %}{{ n.i }}",
    ];

    private static IEnumerable<TemplateContext> Contexts()
    {
        yield return TemplateContext.Parse(
            """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"<think>a</think>b","tool_calls":[]}],"x":[1,2.5,null,"é😀"]}"""u8.ToArray());
        if (Testing.SharedData.IsPresent)
        {
            foreach (string name in TemplateData.ContextNames)
            {
                yield return TemplateContext.FromJson(TemplateData.Context(name)).With("bos_token", "<s>");
            }
        }
    }

    [SuppressMessage("Security", "CA5394", Justification = "a seeded generator makes the mutations repeatable")]
    private static string Mutate(string source, string[] sources, Random random)
    {
        StringBuilder text = new(source);
        for (int n = random.Next(1, 4); n > 0 && text.Length > 0; n--)
        {
            int at = random.Next(text.Length);
            int length = Math.Min(random.Next(1, 20), text.Length - at);
            switch (random.Next(7))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, s_fragments[random.Next(s_fragments.Length)]);
                    break;
                case 2:
                    text[at] = (char)random.Next(0x20, 0x7F);
                    break;
                case 3:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 4:
                    string other = sources[random.Next(sources.Length)];
                    int start = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(start, Math.Min(random.Next(200), other.Length - start)));
                    break;
                case 5:
                    text.Length = at;
                    break;
                default:
                    text[at] = (char)random.Next(0x10000);
                    break;
            }
        }

        return text.ToString();
    }
}
