using System.Text;
using Jevons.Tokenization.ChatTemplates;

namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>What goes wrong is said with its place and kind.</summary>
public static class ErrorTests
{
    [Theory]
    [InlineData("a\n  {% fro x in y %}", 2, 6, "unknown tag 'fro'")]
    [InlineData("{{ 1 + }}", 1, 8, "found '}}', expected an expression")]
    [InlineData("{{ (1 }}", 1, 7, "unexpected '}', expected ')'")]
    [InlineData("x\n{{ 'abc }}", 2, 4, "found a string that starts with ' and does not end")]
    [InlineData("{% if x %}\n", 1, 11, "the template ends where '{% endif %}' is expected")]
    [InlineData("{% for x in y %}{% endif %}", 1, 20, "unknown tag 'endif'")]
    [InlineData("{{ x | nope }}", 1, 6, "No filter named 'nope' found.")]
    [InlineData("{{ x is nope }}", 1, 6, "No test named 'nope' found.")]
    [InlineData("{% break %}", 1, 4, "'break' outside of a loop")]
    [InlineData("{% include 'x' %}", 1, 4, "'include' needs other templates; a chat template stands alone")]
    [InlineData("{{ x", 1, 1, "found '{{' without '}}'")]
    [InlineData("{# x", 1, 1, "found '{#' without '#}'")]
    [InlineData("{{ a $ b }}", 1, 6, "unexpected character '$' in a tag")]
    public static void Parse_BadTemplate_TellsPlaceFoundAndExpected(string source, int line, int column, string reason)
    {
        JinjaException e = Assert.Throws<JinjaException>(() => ChatTemplate.Parse(source));
        Assert.Equal((JinjaErrorKind.Syntax, line, column, reason), (e.Kind, e.Line, e.Column, e.Reason));
        Assert.Equal($"template line {line}, column {column}: {reason}", e.Message);
    }

    [Theory]
    [InlineData("a\n{{ x.y }}", JinjaErrorKind.Undefined, 2, 5, "'x' is undefined")]
    [InlineData("{{ d.a.b.c }}", JinjaErrorKind.Undefined, 1, 9, "'int object' has no attribute 'b'")]
    [InlineData("{{ d.b.c }}", JinjaErrorKind.Undefined, 1, 7, "'dict object' has no attribute 'b'")]
    [InlineData("{{ l[5].c }}", JinjaErrorKind.Undefined, 1, 8, "list object has no element 5")]
    [InlineData("\n\n{{ 'a' + 1 }}", JinjaErrorKind.Operation, 3, 8, "can only concatenate str (not \"int\") to str")]
    [InlineData("{{ l.append(1) }}", JinjaErrorKind.Forbidden, 1, 12, "access to attribute 'append' of 'list' object is unsafe.")]
    [InlineData("{{ d.update({}) }}", JinjaErrorKind.Forbidden, 1, 12, "access to attribute 'update' of 'dict' object is unsafe.")]
    [InlineData("{{ ''.__class__.x }}", JinjaErrorKind.Forbidden, 1, 16, "access to attribute '__class__' of 'str' object is unsafe.")]
    [InlineData("{{ l | map('upper') | tojson }}", JinjaErrorKind.Operation, 1, 21, "Object of type generator is not JSON serializable")]
    [InlineData("{{ 1 // 0 }}", JinjaErrorKind.Operation, 1, 6, "integer division or modulo by zero")]
    [InlineData("{{ strftime_now('%Y') }}", JinjaErrorKind.Operation, 1, 16, "the template asks for the date and none is given: set RenderOptions.Now")]
    [InlineData("{% for a, b in [[1]] %}{% endfor %}", JinjaErrorKind.Operation, 1, 8, "not enough values to unpack (expected 2, got 1)")]
    public static void Render_BadOperation_TellsPlaceAndReason(string source, JinjaErrorKind kind, int line, int column, string reason)
    {
        TemplateContext context = TemplateContext.Parse("""{"d": {"a": 1}, "l": [1]}"""u8.ToArray());
        JinjaException e = Assert.Throws<JinjaException>(() => ChatTemplate.Parse(source).Render(context));
        Assert.Equal((kind, line, column, reason), (e.Kind, e.Line, e.Column, e.Reason));
    }

    [Fact]
    public static void Render_RaiseException_CarriesTheTemplatesMessage()
    {
        JinjaException e = Assert.Throws<JinjaException>(() => ChatTemplate.Parse("\n {{ raise_exception('Roles must ' + 'alternate') }}").Render(TemplateContext.Empty));
        Assert.Equal((JinjaErrorKind.Raised, "Roles must alternate", 2), (e.Kind, e.Message, e.Line));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("{\"a\": \"\\ud83d\"}")]
    [InlineData("{\"a\": 1} x")]
    public static void Parse_BadContext_IsInvalidData(string json)
    {
        _ = Assert.Throws<InvalidDataException>(() => TemplateContext.Parse(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public static void Parse_ContextWithHugeNumber_IsInvalidData()
    {
        byte[] json = Encoding.UTF8.GetBytes($"{{\"a\": {new string('9', 100_000)}}}");
        _ = Assert.Throws<InvalidDataException>(() => TemplateContext.Parse(json));
    }

    [Fact]
    public static void Render_LimitsBelowOne_AreRefused()
    {
        RenderOptions options = new() { Limits = new RenderLimits { MaxSteps = 0 } };
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => ChatTemplate.Parse("x").Render(TemplateContext.Empty, options));
    }
}
