using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>Filters that compare items: sorting, grouping, extremes, duplicates.</summary>
internal static class OrderFilters
{
    private static readonly string[] s_groupNames = ["grouper", "list"];

    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, Filter> Table { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["dictsort"] = SortDict,
        ["groupby"] = GroupBy,
        ["max"] = (s, v, a) => Extreme(s, v, a, "max"),
        ["min"] = (s, v, a) => Extreme(s, v, a, "min"),
        ["sort"] = SortItems,
        ["unique"] = Unique,
    };

    /// <summary>A stable sort by key; in reverse, equal items still keep their order.</summary>
    public static List<T> Sort<T>(RenderState state, IReadOnlyList<T> items, Func<T, JinjaValue> key, bool reverse)
    {
        (JinjaValue Key, T Item)[] left = [.. items.Select(i => (key(i), i))];
        (JinjaValue Key, T Item)[] right = new (JinjaValue, T)[left.Length];

        // A bottom-up merge sort: the comparison may throw, and must then reach the caller as it is.
        for (long width = 1; width < left.Length; width *= 2)
        {
            for (long start = 0; start < left.Length; start += 2 * width)
            {
                long middle = Math.Min(start + width, left.Length);
                long end = Math.Min(start + (2 * width), left.Length);
                long a = start;
                long b = middle;
                for (long i = start; i < end; i++)
                {
                    bool takeRight = a == middle || (b < end && (reverse
                        ? Operators.IsLess(state, left[a].Key, left[b].Key)
                        : Operators.IsLess(state, left[b].Key, left[a].Key)));
                    right[i] = takeRight ? left[b++] : left[a++];
                }
            }

            (left, right) = (right, left);
        }

        return [.. left.Select(p => p.Item)];
    }

    private static JinjaValue IgnoreCase(RenderState state, JinjaValue value, bool caseSensitive) =>
        !caseSensitive && value is JinjaString text ? TextCase.Lower(state, text) : value;

    private static JinjaValue SortItems(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("sort", 0, "reverse", "case_sensitive", "attribute");
        bool caseSensitive = bound[1]?.IsTruthy ?? false;
        AttributePath[] paths = AttributePath.ParseMany(bound[2]);
        List<JinjaValue> sorted = Sort(
            state,
            value.ToElements(state),
            item => new JinjaList([.. paths.Select(p => IgnoreCase(state, p.Follow(state, item), caseSensitive))]),
            bound[0]?.IsTruthy ?? false);
        return new JinjaList([.. sorted]);
    }

    private static JinjaValue SortDict(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("dictsort", 0, "case_sensitive", "by", "reverse");
        bool caseSensitive = bound[0]?.IsTruthy ?? false;
        string by = bound[1] is null ? "key" : TextSearch.RequireString(bound[1]!, "dictsort").Text;
        if (by is not ("key" or "value"))
        {
            throw JinjaException.Operation("You can only sort by either \"key\" or \"value\"");
        }

        JinjaDict dict = value switch
        {
            JinjaDict d => d,
            JinjaUndefined undefined => throw undefined.Error,
            _ => throw JinjaException.Operation($"'{value.TypeName}' object has no attribute 'items'"),
        };
        state.Budget.Steps(dict.Entries.Count);
        List<KeyValuePair<JinjaValue, JinjaValue>> sorted = Sort(
            state,
            dict.Entries,
            e => IgnoreCase(state, by == "key" ? e.Key : e.Value, caseSensitive),
            bound[2]?.IsTruthy ?? false);
        return new JinjaList([.. sorted.Select(e => (JinjaValue)new JinjaTuple(e.Key, e.Value))]);
    }

    private static JinjaValue Unique(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("unique", 0, "case_sensitive", "attribute");
        bool caseSensitive = bound[0]?.IsTruthy ?? false;
        AttributePath path = AttributePath.Parse(bound[1]);
        return new JinjaGenerator("sync_do_unique", value, Items());

        IEnumerable<JinjaValue> Items()
        {
            HashSet<JinjaValue> seen = new(JinjaValueComparer.Instance);
            IEnumerator<JinjaValue> items = value.RequireIterator(state);
            while (items.MoveNext())
            {
                JinjaValue key = IgnoreCase(state, path.Follow(state, items.Current), caseSensitive);
                state.Budget.Steps(key.Weight);
                if (seen.Add(key))
                {
                    yield return items.Current;
                }
            }
        }
    }

    private static JinjaValue Extreme(RenderState state, JinjaValue value, Arguments arguments, string name)
    {
        JinjaValue?[] bound = arguments.Bind(name, 0, "case_sensitive", "attribute");
        bool caseSensitive = bound[0]?.IsTruthy ?? false;
        AttributePath path = AttributePath.Parse(bound[1]);
        IEnumerator<JinjaValue> items = value.RequireIterator(state);
        JinjaValue? best = null;
        JinjaValue? bestKey = null;
        while (items.MoveNext())
        {
            state.Budget.Steps(1);
            JinjaValue key = IgnoreCase(state, path.Follow(state, items.Current), caseSensitive);
            if (bestKey is null || (name == "max" ? Operators.IsLess(state, bestKey, key) : Operators.IsLess(state, key, bestKey)))
            {
                (best, bestKey) = (items.Current, key);
            }
        }

        return best ?? new JinjaUndefined("No aggregated item, sequence was empty.");
    }

    private static JinjaValue GroupBy(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("groupby", 1, "attribute", "default", "case_sensitive");
        bool caseSensitive = bound[2]?.IsTruthy ?? false;
        AttributePath path = AttributePath.Parse(bound[0], bound[1]);
        List<JinjaValue> sorted = Sort(state, value.ToElements(state), Key, reverse: false);
        List<JinjaValue> groups = [];
        for (int start = 0; start < sorted.Count;)
        {
            JinjaValue key = Key(sorted[start]);
            int end = start + 1;
            while (end < sorted.Count && Operators.AreEqual(state, key, Key(sorted[end])))
            {
                end++;
            }

            // The group is named by its first item's own spelling.
            groups.Add(new JinjaTuple(
                s_groupNames, [path.Follow(state, sorted[start]), new JinjaList([.. sorted.GetRange(start, end - start)])]));
            start = end;
        }

        return new JinjaList([.. groups]);

        JinjaValue Key(JinjaValue item) => IgnoreCase(state, path.Follow(state, item), caseSensitive);
    }
}
