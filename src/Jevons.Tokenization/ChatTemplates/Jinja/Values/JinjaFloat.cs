namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>float</c>.</summary>
internal sealed class JinjaFloat(double value) : JinjaValue
{
    /// <summary>The value.</summary>
    public double Value => value;

    public override string TypeName => "float";

    public override bool IsTruthy => value != 0;

    public override void WriteRepr(JinjaStringBuilder target, int depth) => target.Append(FloatText.Repr(value), isContent: false);

    public override bool EqualTo(JinjaValue other) => Numbers.AreEqual(this, other);

    public override int Hash() => Numbers.Hash(this);
}
