namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>bool</c>, which counts as the integers 0 and 1 in arithmetic and comparison.</summary>
internal sealed class JinjaBoolean : JinjaValue
{
    /// <summary><c>True</c>.</summary>
    public static readonly JinjaBoolean True = new(value: true);

    /// <summary><c>False</c>.</summary>
    public static readonly JinjaBoolean False = new(value: false);

    private JinjaBoolean(bool value) => Value = value;

    /// <summary>The value.</summary>
    public bool Value { get; }

    public override string TypeName => "bool";

    public override bool IsTruthy => Value;

    /// <summary>The instance for a truth value.</summary>
    public static JinjaBoolean Of(bool value) => value ? True : False;

    public override void WriteRepr(JinjaStringBuilder target, int depth) => target.Append(Value ? "True" : "False", isContent: false);

    public override bool EqualTo(JinjaValue other) => Numbers.AreEqual(this, other);

    public override int Hash() => Numbers.Hash(this);
}
