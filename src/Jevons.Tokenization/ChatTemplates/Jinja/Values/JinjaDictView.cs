using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>What a dict's <c>keys()</c>, <c>values()</c> and <c>items()</c> return: sized and iterable, without indexes.</summary>
internal sealed class JinjaDictView(string typeName, JinjaValue[] items) : JinjaValue
{
    private readonly JinjaList _items = new(items);

    public override string TypeName => typeName;

    public override bool IsTruthy => _items.IsTruthy;

    public override int Depth => _items.Depth;

    public override long Weight => _items.Weight;

    public override int? Length => _items.Length;

    public override void WriteRepr(JinjaStringBuilder target, int depth)
    {
        target.Append(typeName, isContent: false);
        target.Append('(', isContent: false);
        _items.WriteRepr(target, depth + 1);
        target.Append(')', isContent: false);
    }

    public override IEnumerator<JinjaValue> Iterate(RenderState state) => _items.Iterate(state);
}
