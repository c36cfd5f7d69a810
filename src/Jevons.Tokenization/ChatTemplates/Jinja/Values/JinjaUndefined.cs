using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// What a missing name, attribute or element evaluates to: empty as text, empty as a sequence, false as a truth value, and an
/// error in everything else. It remembers what was missing for that error.
/// </summary>
internal sealed class JinjaUndefined(string reason, JinjaErrorKind kind = JinjaErrorKind.Undefined) : JinjaValue
{
    public override string TypeName => "Undefined";

    public override bool IsTruthy => false;

    public override int? Length => 0;

    /// <summary>The error of using this value.</summary>
    public JinjaException Error => new(kind, reason);

    /// <summary>A name that neither the template nor the context defines.</summary>
    public static JinjaUndefined Name(string name) => new($"'{name}' is undefined");

    /// <summary>An attribute or element that a value lacks.</summary>
    public static JinjaUndefined Member(JinjaValue owner, JinjaValue key, RenderState state) => key is JinjaString name
        ? new JinjaUndefined($"'{Describe(owner)}' has no attribute '{Excerpt(name.Text)}'")
        : new JinjaUndefined($"{Describe(owner)} has no element {Excerpt(key.ToText(state).Text)}");

    public override void WriteText(JinjaStringBuilder target)
    {
    }

    public override void WriteRepr(JinjaStringBuilder target, int depth) => target.Append("Undefined", isContent: false);

    public override IEnumerator<JinjaValue> Iterate(RenderState state) => Enumerable.Empty<JinjaValue>().GetEnumerator();

    public override JinjaValue Call(RenderState state, Arguments arguments) => throw Error;

    public override bool EqualTo(JinjaValue other) => other is JinjaUndefined;

    public override int Hash() => 7;

    private static string Describe(JinjaValue owner) => owner is JinjaNone ? "None" : $"{owner.TypeName} object";

    private static string Excerpt(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 80), "...");
}
