using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>
/// The variables of one block. Assignments go to the innermost scope; what an inner scope assigns is gone when it ends.
/// </summary>
internal sealed class Scope(Scope? parent)
{
    // Most scopes hold a loop's two or three variables: those are searched in a row, only larger ones by hash.
    private const int MaxRow = 8;

    private KeyValuePair<string, JinjaValue>[] _row = [];
    private int _count;
    private Dictionary<string, JinjaValue>? _table;

    private Scope? Parent => parent;

    /// <summary>Sets a variable in this scope.</summary>
    public void Set(string name, JinjaValue value)
    {
        int at = IndexOf(name);
        if (at >= 0)
        {
            _row[at] = new KeyValuePair<string, JinjaValue>(name, value);
        }
        else if (_table is not null)
        {
            _table[name] = value;
        }
        else if (_count < MaxRow)
        {
            if (_count == _row.Length)
            {
                Array.Resize(ref _row, Math.Max(2, _count * 2));
            }

            _row[_count++] = new KeyValuePair<string, JinjaValue>(name, value);
        }
        else
        {
            _table = new Dictionary<string, JinjaValue>(StringComparer.Ordinal) { [name] = value };
        }
    }

    /// <summary>The nearest variable of a name, or null.</summary>
    public JinjaValue? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Parent)
        {
            int at = scope.IndexOf(name);
            if (at >= 0)
            {
                return scope._row[at].Value;
            }

            if (scope._table is not null && scope._table.TryGetValue(name, out JinjaValue? value))
            {
                return value;
            }
        }

        return null;
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < _count; i++)
        {
            if (string.Equals(_row[i].Key, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
