using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>A built-in function or a method bound to its object.</summary>
internal sealed class JinjaFunction(string name, Func<RenderState, Arguments, JinjaValue> body) : JinjaValue
{
    public override string TypeName => "builtin_function_or_method";

    public override bool IsCallable => true;

    public override JinjaValue Call(RenderState state, Arguments arguments) => body(state, arguments);

    public override void WriteRepr(JinjaStringBuilder target, int depth) => target.Append($"<built-in function {name}>", isContent: false);
}
