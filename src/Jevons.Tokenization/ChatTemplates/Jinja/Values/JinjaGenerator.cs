using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>
/// A Python generator or iterator, as <c>map</c>, <c>select</c> and others return: lazy, read once, without a length. Each
/// element spends a step of the budget, and chains of generators over generators are bounded in depth.
/// </summary>
internal sealed class JinjaGenerator : JinjaValue
{
    private readonly IEnumerator<JinjaValue> _source;
    private readonly string _typeName;
    private readonly string _name;

    /// <summary>Makes a generator.</summary>
    /// <param name="name">The name of the Python function that would make it, for its repr.</param>
    /// <param name="over">The value that it reads from, whose depth it continues.</param>
    /// <param name="source">Its elements.</param>
    /// <param name="typeName">The Python type.</param>
    public JinjaGenerator(string name, JinjaValue over, IEnumerable<JinjaValue> source, string typeName = "generator")
    {
        _name = name;
        _typeName = typeName;
        Depth = over.Depth + 1;
        if (Depth > MaxDepth)
        {
            throw JinjaException.Limit($"filters read from one another more than {MaxDepth} levels deep");
        }

        _source = source.GetEnumerator();
    }

    public override string TypeName => _typeName;

    public override int Depth { get; }

    public override void WriteRepr(JinjaStringBuilder target, int depth) => target.Append($"<{_typeName} object {_name}>", isContent: false);

    public override IEnumerator<JinjaValue> Iterate(RenderState state) => _source;
}
