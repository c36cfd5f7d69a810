namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>The object of <c>namespace()</c>, whose attributes a template may set from inner scopes. The only mutable value.</summary>
internal sealed class JinjaNamespace : JinjaValue
{
    private readonly Dictionary<string, JinjaValue> _attributes = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public override string TypeName => "Namespace";

    /// <summary>Sets an attribute.</summary>
    public void Set(string name, JinjaValue value)
    {
        if (!_attributes.ContainsKey(name))
        {
            _order.Add(name);
        }

        _attributes[name] = value;
    }

    public override JinjaValue? Attribute(string name) => _attributes.GetValueOrDefault(name);

    public override void WriteRepr(JinjaStringBuilder target, int depth)
    {
        if (depth > MaxDepth)
        {
            throw JinjaException.Limit("a namespace contains itself and has no finite text");
        }

        target.Append("<Namespace {", isContent: false);
        for (int i = 0; i < _order.Count; i++)
        {
            target.Append(i > 0 ? ", " : "", isContent: false);
            JinjaString.Template(_order[i]).WriteRepr(target, depth + 1);
            target.Append(": ", isContent: false);
            _attributes[_order[i]].WriteRepr(target, depth + 1);
        }

        target.Append("}>", isContent: false);
    }
}
