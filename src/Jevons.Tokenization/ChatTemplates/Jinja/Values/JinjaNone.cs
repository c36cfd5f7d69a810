namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>None</c>.</summary>
internal sealed class JinjaNone : JinjaValue
{
    /// <summary>The only instance.</summary>
    public static readonly JinjaNone Instance = new();

    private JinjaNone()
    {
    }

    public override string TypeName => "NoneType";

    public override bool IsTruthy => false;

    public override void WriteRepr(JinjaStringBuilder target, int depth) => target.Append("None", isContent: false);
}
