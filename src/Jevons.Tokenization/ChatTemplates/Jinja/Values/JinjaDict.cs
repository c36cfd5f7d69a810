using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>dict</c>: insertion order, and a repeated key keeps its first place and takes the last value. Immutable.</summary>
internal sealed class JinjaDict : JinjaValue
{
    private readonly Dictionary<JinjaValue, int> _index;
    private readonly List<KeyValuePair<JinjaValue, JinjaValue>> _entries;

    /// <summary>Makes a dict of entries in order.</summary>
    public JinjaDict(IEnumerable<KeyValuePair<JinjaValue, JinjaValue>> entries)
    {
        _index = new Dictionary<JinjaValue, int>(JinjaValueComparer.Instance);
        _entries = [];
        int depth = 0;
        long weight = 1;
        foreach ((JinjaValue key, JinjaValue value) in entries)
        {
            if (_index.TryGetValue(key, out int at))
            {
                _entries[at] = new KeyValuePair<JinjaValue, JinjaValue>(_entries[at].Key, value);
            }
            else
            {
                _index.Add(key, _entries.Count);
                _entries.Add(new KeyValuePair<JinjaValue, JinjaValue>(key, value));
            }

            depth = Math.Max(depth, Math.Max(key.Depth, value.Depth));
            weight = Math.Min(weight + key.Weight + value.Weight, int.MaxValue);
        }

        Depth = depth + 1;
        Weight = weight;
        if (Depth > MaxDepth)
        {
            throw JinjaException.Limit($"lists and dicts nest more than {MaxDepth} levels deep");
        }
    }

    /// <summary>The entries in order.</summary>
    public IReadOnlyList<KeyValuePair<JinjaValue, JinjaValue>> Entries => _entries;

    public override bool IsHashable => false;

    public override string TypeName => "dict";

    public override bool IsTruthy => _entries.Count > 0;

    public override int Depth { get; }

    public override long Weight { get; }

    public override int? Length => _entries.Count;

    /// <summary>The value under a key, or null.</summary>
    public JinjaValue? Find(JinjaValue key) => !key.IsHashable
        ? throw JinjaException.Operation($"unhashable type: '{key.TypeName}'")
        : _index.TryGetValue(key, out int at) ? _entries[at].Value : null;

    public override IEnumerator<JinjaValue> Iterate(RenderState state) => _entries.Select(e => e.Key).GetEnumerator();

    public override JinjaValue? Element(JinjaValue key, RenderState state)
    {
        state.Budget.Steps(key.Weight);
        return key.IsHashable ? Find(key) : null;
    }

    public override JinjaValue? Attribute(string name) => DictMethods.Find(this, name);

    public override void WriteRepr(JinjaStringBuilder target, int depth)
    {
        target.Append('{', isContent: false);
        for (int i = 0; i < _entries.Count; i++)
        {
            if (i > 0)
            {
                target.Append(", ", isContent: false);
            }

            _entries[i].Key.WriteRepr(target, depth + 1);
            target.Append(": ", isContent: false);
            _entries[i].Value.WriteRepr(target, depth + 1);
        }

        target.Append('}', isContent: false);
    }

    public override bool EqualTo(JinjaValue other)
    {
        if (ReferenceEquals(this, other))
        {
            return true;
        }

        if (other is not JinjaDict dict || dict._entries.Count != _entries.Count)
        {
            return false;
        }

        foreach ((JinjaValue key, JinjaValue value) in _entries)
        {
            if (dict.Find(key) is not { } found || !value.EqualTo(found))
            {
                return false;
            }
        }

        return true;
    }

    public override int Hash() => throw JinjaException.Operation("unhashable type: 'dict'");
}
