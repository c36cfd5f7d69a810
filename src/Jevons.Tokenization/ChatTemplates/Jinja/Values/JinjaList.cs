namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>list</c>.</summary>
internal sealed class JinjaList(params JinjaValue[] items) : JinjaSequence(items)
{
    public override bool IsHashable => false;

    public override string TypeName => "list";

    public override JinjaSequence With(JinjaValue[] items) => new JinjaList(items);

    public override void WriteRepr(JinjaStringBuilder target, int depth)
    {
        target.Append('[', isContent: false);
        WriteItems(target, depth);
        target.Append(']', isContent: false);
    }

    public override int Hash() => throw JinjaException.Operation("unhashable type: 'list'");
}
