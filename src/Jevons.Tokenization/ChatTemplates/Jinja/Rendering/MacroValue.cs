using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>A macro, or the body of a call block as its <c>caller</c>: a function from arguments to text.</summary>
internal sealed class MacroValue(string? name, IReadOnlyList<string> parameters, Func<Arguments, JinjaValue> body) : JinjaValue
{
    public override string TypeName => "Macro";

    public override bool IsCallable => true;

    public override JinjaValue Call(RenderState state, Arguments arguments) => body(arguments);

    public override void WriteRepr(JinjaStringBuilder target, int depth) =>
        target.Append(name is null ? "<Macro anonymous>" : $"<Macro '{name}'>", isContent: false);

    public override JinjaValue? Attribute(string attribute) => attribute switch
    {
        "name" => name is null ? JinjaNone.Instance : JinjaString.Template(name),
        "arguments" => new JinjaTuple([.. parameters.Select(p => (JinjaValue)JinjaString.Template(p))]),
        _ => null,
    };
}
