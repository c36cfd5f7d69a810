namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>tuple</c>; with names for its elements it is what <c>groupby</c> yields.</summary>
internal sealed class JinjaTuple : JinjaSequence
{
    private readonly string[]? _names;
    private int? _hash;
    private bool? _isHashable;

    /// <summary>Makes a tuple.</summary>
    public JinjaTuple(params JinjaValue[] items)
        : base(items)
    {
    }

    /// <summary>Makes a tuple whose elements are attributes too.</summary>
    public JinjaTuple(string[] names, JinjaValue[] items)
        : base(items) => _names = names;

    public override bool IsHashable => _isHashable ??= Items.All(i => i.IsHashable);

    public override string TypeName => "tuple";

    public override JinjaSequence With(JinjaValue[] items) => new JinjaTuple(items);

    public override JinjaValue? Attribute(string name)
    {
        int named = _names is null ? -1 : Array.IndexOf(_names, name);
        return named >= 0 ? Items[named] : base.Attribute(name);
    }

    public override void WriteRepr(JinjaStringBuilder target, int depth)
    {
        target.Append('(', isContent: false);
        WriteItems(target, depth);
        target.Append(Items.Count == 1 ? ",)" : ")", isContent: false);
    }

    /// <inheritdoc/>
    public override int Hash()
    {
        // Kept, so that tuples of tuples that share their elements stay cheap to hash.
        if (_hash is null)
        {
            HashCode hash = default;
            foreach (JinjaValue item in Items)
            {
                hash.Add(item.Hash());
            }

            _hash = hash.ToHashCode();
        }

        return _hash.Value;
    }
}
