using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>What lists and tuples share. Immutable: the sandbox forbids the methods that would change a list.</summary>
internal abstract class JinjaSequence : JinjaValue
{
    private readonly JinjaValue[] _items;

    protected JinjaSequence(JinjaValue[] items)
    {
        _items = items;
        int depth = 0;
        long weight = 1;
        foreach (JinjaValue item in items)
        {
            depth = Math.Max(depth, item.Depth);
            weight = Math.Min(weight + item.Weight, int.MaxValue);
        }

        Depth = depth + 1;
        Weight = weight;
        if (Depth > MaxDepth)
        {
            throw JinjaException.Limit($"lists and dicts nest more than {MaxDepth} levels deep");
        }
    }

    /// <summary>The elements.</summary>
    public IReadOnlyList<JinjaValue> Items => _items;

    public override bool IsTruthy => _items.Length > 0;

    public override int Depth { get; }

    public override long Weight { get; }

    public override int? Length => _items.Length;

    /// <summary>A sequence of the same type.</summary>
    public abstract JinjaSequence With(JinjaValue[] items);

    public override IEnumerator<JinjaValue> Iterate(RenderState state) => ((IEnumerable<JinjaValue>)_items).GetEnumerator();

    public override JinjaValue? Element(JinjaValue key, RenderState state)
    {
        if (!Numbers.TryInteger(key, out System.Numerics.BigInteger index))
        {
            return null;
        }

        index += index.Sign < 0 ? _items.Length : 0;
        return index.Sign < 0 || index >= _items.Length ? null : _items[(int)index];
    }

    public override JinjaValue? Attribute(string name) => SequenceMethods.Find(this, name);

    public override bool EqualTo(JinjaValue other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other.GetType() != GetType() || ((JinjaSequence)other)._items.Length != _items.Length)
        {
            return false;
        }

        JinjaValue[] others = ((JinjaSequence)other)._items;
        for (int i = 0; i < _items.Length; i++)
        {
            if (!_items[i].EqualTo(others[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Appends the elements' reprs, separated by commas.</summary>
    protected void WriteItems(JinjaStringBuilder target, int depth)
    {
        for (int i = 0; i < _items.Length; i++)
        {
            if (i > 0)
            {
                target.Append(", ", isContent: false);
            }

            _items[i].WriteRepr(target, depth + 1);
        }
    }
}
