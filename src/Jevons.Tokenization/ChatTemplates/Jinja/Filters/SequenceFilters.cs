using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>Filters over sequences and dicts that keep their order, and those that ask about any value.</summary>
internal static class SequenceFilters
{
    // What a new list costs beyond its elements; it keeps the memory of many small ones within the budget too.
    private const int ListCost = 8;

    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, Filter> Table { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["attr"] = Attribute,
        ["batch"] = Batch,
        ["count"] = Length,
        ["d"] = Default,
        ["default"] = Default,
        ["first"] = First,
        ["items"] = Items,
        ["join"] = Join,
        ["last"] = Last,
        ["length"] = Length,
        ["list"] = List,
        ["reverse"] = Reverse,
        ["slice"] = Slice,
        ["sum"] = Sum,
    };

    private static JinjaValue Length(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("length", 0);
        return JinjaInteger.Of(value.Length ?? throw JinjaException.Operation($"object of type '{value.TypeName}' has no len()"));
    }

    private static JinjaValue Default(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("default", 0, "default_value", "boolean");
        bool missing = value is JinjaUndefined || ((bound[1]?.IsTruthy ?? false) && !value.IsTruthy);
        return missing ? bound[0] ?? JinjaString.Empty : value;
    }

    private static JinjaValue Attribute(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaString name = TextSearch.RequireString(arguments.Bind("attr", 1, "name")[0]!, "attr");
        if (value is JinjaUndefined undefined)
        {
            throw undefined.Error;
        }

        return Members.IsInternal(name.Text)
            ? SequenceMethods.Forbidden(value, name.Text)
            : value.Attribute(name.Text) ?? JinjaUndefined.Member(value, name, state);
    }

    private static JinjaValue First(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("first", 0);
        IEnumerator<JinjaValue> iterator = value.RequireIterator(state);
        return iterator.MoveNext() ? iterator.Current : new JinjaUndefined("No first item, sequence was empty.");
    }

    private static JinjaValue Last(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("last", 0);
        if (value is JinjaSequence { Items.Count: > 0 } sequence)
        {
            return sequence.Items[^1];
        }

        if (value is JinjaGenerator)
        {
            throw JinjaException.Operation($"'{value.TypeName}' object is not reversible");
        }

        List<JinjaValue> items = value.ToElements(state);
        return items.Count > 0 ? items[^1] : new JinjaUndefined("No last item, sequence was empty.");
    }

    private static JinjaValue Items(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("items", 0);
        IEnumerable<JinjaValue> items = value switch
        {
            JinjaUndefined => [],
            JinjaDict dict => dict.Entries.Select(e => (JinjaValue)new JinjaTuple(e.Key, e.Value)),
            // As in the original, a wrong type is noticed when the items are read, not when the filter is applied.
            _ => new[] { value }.Select(JinjaValue (_) => throw JinjaException.Operation("Can only get item pairs from a mapping.")),
        };
        return new JinjaGenerator("do_items", value, items);
    }

    private static JinjaValue Join(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("join", 0, "d", "attribute");
        JinjaString separator = bound[0]?.ToText(state) ?? JinjaString.Empty;
        AttributePath path = AttributePath.Parse(bound[1]);
        JinjaStringBuilder builder = new(state.Budget);
        IEnumerator<JinjaValue> items = value.RequireIterator(state);
        for (bool first = true; items.MoveNext(); first = false)
        {
            state.Budget.Steps(1);
            if (!first)
            {
                builder.Append(separator);
            }

            path.Follow(state, items.Current).WriteText(builder);
        }

        return builder.ToValue();
    }

    private static JinjaValue List(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("list", 0);
        return new JinjaList([.. value.ToElements(state)]);
    }

    private static JinjaValue Reverse(RenderState state, JinjaValue value, Arguments arguments)
    {
        arguments.Bind("reverse", 0);
        if (value is JinjaString text)
        {
            return Operators.Slice(state, text, null, null, JinjaInteger.Of(-1))!;
        }

        List<JinjaValue> items = value.ToElements(state);
        items.Reverse();
        string iterator = value switch
        {
            JinjaList => "list_reverseiterator",
            JinjaDict => "dict_reversekeyiterator",
            _ => "reversed",
        };
        return value is JinjaGenerator
            ? new JinjaList([.. items])
            : new JinjaGenerator("reversed", value, items, iterator);
    }

    private static JinjaValue Sum(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("sum", 0, "attribute", "start");
        AttributePath path = AttributePath.Parse(bound[0]);
        JinjaValue total = bound[1] ?? JinjaInteger.Of(0);
        if (total is JinjaString)
        {
            throw JinjaException.Operation("sum() can't sum strings [use ''.join(seq) instead]");
        }

        IEnumerator<JinjaValue> items = value.RequireIterator(state);
        while (items.MoveNext())
        {
            state.Budget.Steps(1);
            total = Arithmetic.Add(state, total, path.Follow(state, items.Current));
        }

        return total;
    }

    private static JinjaValue Batch(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("batch", 1, "linecount", "fill_with");
        int size = Numbers.ToInt32(bound[0]!, "linecount");
        JinjaValue? fill = bound[1] is JinjaNone ? null : bound[1];
        return new JinjaGenerator("do_batch", value, Batches());

        IEnumerable<JinjaValue> Batches()
        {
            List<JinjaValue> batch = [];
            IEnumerator<JinjaValue> items = value.RequireIterator(state);
            while (items.MoveNext())
            {
                state.Budget.Steps(1);
                if (batch.Count == size)
                {
                    state.Budget.Steps(ListCost);
                    yield return new JinjaList([.. batch]);
                    batch.Clear();
                }

                batch.Add(items.Current);
            }

            if (batch.Count > 0)
            {
                if (fill is not null && batch.Count < size)
                {
                    state.Budget.Steps(size);
                    batch.AddRange(Enumerable.Repeat(fill, size - batch.Count));
                }

                yield return new JinjaList([.. batch]);
            }
        }
    }

    private static JinjaValue Slice(RenderState state, JinjaValue value, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.Bind("slice", 1, "slices", "fill_with");
        int slices = Numbers.ToInt32(bound[0]!, "slices");
        JinjaValue? fill = bound[1] is JinjaNone ? null : bound[1];
        return new JinjaGenerator("sync_do_slice", value, Slices());

        IEnumerable<JinjaValue> Slices()
        {
            List<JinjaValue> items = value.ToElements(state);
            if (slices == 0)
            {
                throw JinjaException.Operation("integer division or modulo by zero");
            }

            int at = 0;
            for (int i = 0; i < slices; i++)
            {
                bool longer = i < items.Count % slices;
                int size = (items.Count / slices) + (longer ? 1 : 0);
                state.Budget.Steps(ListCost + size);
                List<JinjaValue> slice = items.GetRange(at, size);
                at += size;
                if (fill is not null && !longer)
                {
                    slice.Add(fill);
                }

                yield return new JinjaList([.. slice]);
            }
        }
    }
}
