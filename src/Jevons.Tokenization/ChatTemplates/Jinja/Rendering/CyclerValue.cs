using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>The object of <c>cycler()</c>: goes round a list of values.</summary>
internal sealed class CyclerValue(IReadOnlyList<JinjaValue> items) : JinjaValue
{
    private int _at;

    public override string TypeName => "Cycler";

    public override void WriteRepr(JinjaStringBuilder target, int depth) => target.Append("<Cycler>", isContent: false);

    public override JinjaValue? Attribute(string name) => name switch
    {
        "current" => items[_at],
        "next" => new JinjaFunction(name, (_, _) =>
        {
            JinjaValue current = items[_at];
            _at = (_at + 1) % items.Count;
            return current;
        }),
        "reset" => new JinjaFunction(name, (_, _) =>
        {
            _at = 0;
            return JinjaNone.Instance;
        }),
        _ => null,
    };
}
