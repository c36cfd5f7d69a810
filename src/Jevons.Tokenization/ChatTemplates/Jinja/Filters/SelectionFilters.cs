using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>Filters that apply another filter or test to each item. Their results are generators: lazy and read once.</summary>
internal static class SelectionFilters
{
    /// <summary>The filters by name.</summary>
    public static IReadOnlyDictionary<string, Filter> Table { get; } = new Dictionary<string, Filter>(StringComparer.Ordinal)
    {
        ["map"] = Map,
        ["reject"] = (s, v, a) => Select(s, v, a, byAttribute: false, keep: false, "reject"),
        ["rejectattr"] = (s, v, a) => Select(s, v, a, byAttribute: true, keep: false, "rejectattr"),
        ["select"] = (s, v, a) => Select(s, v, a, byAttribute: false, keep: true, "select"),
        ["selectattr"] = (s, v, a) => Select(s, v, a, byAttribute: true, keep: true, "selectattr"),
    };

    private static JinjaValue Map(RenderState state, JinjaValue value, Arguments arguments)
    {
        return new JinjaGenerator("sync_do_map", value, Items());

        IEnumerable<JinjaValue> Items()
        {
            if (!value.IsTruthy)
            {
                yield break;
            }

            Func<JinjaValue, JinjaValue> select = Selector();
            IEnumerator<JinjaValue> items = value.RequireIterator(state);
            while (items.MoveNext())
            {
                state.Budget.Steps(1);
                yield return select(items.Current);
            }
        }

        Func<JinjaValue, JinjaValue> Selector()
        {
            if (arguments.Positional.Count == 0 && arguments.Find("attribute") is { } attribute)
            {
                JinjaValue?[] bound = arguments.Bind("map", 0, "attribute", "default");
                AttributePath path = AttributePath.Parse(attribute, bound[1]);
                return item => path.Follow(state, item);
            }

            if (arguments.Positional.Count == 0)
            {
                throw JinjaException.Operation("map requires a filter argument");
            }

            Filter filter = FilterTable.Find(TextSearch.RequireString(arguments.Positional[0], "map").Text);
            Arguments rest = arguments.Skip(1);
            return item => filter(state, item, rest);
        }
    }

    private static JinjaValue Select(RenderState state, JinjaValue value, Arguments arguments, bool byAttribute, bool keep, string name)
    {
        return new JinjaGenerator("select_or_reject", value, Items());

        IEnumerable<JinjaValue> Items()
        {
            if (!value.IsTruthy)
            {
                yield break;
            }

            Func<JinjaValue, bool> predicate = Predicate();
            IEnumerator<JinjaValue> items = value.RequireIterator(state);
            while (items.MoveNext())
            {
                state.Budget.Steps(1);
                if (predicate(items.Current) == keep)
                {
                    yield return items.Current;
                }
            }
        }

        Func<JinjaValue, bool> Predicate()
        {
            int at = byAttribute ? 1 : 0;
            if (arguments.Positional.Count < at)
            {
                throw JinjaException.Operation("Missing parameter for attribute name");
            }

            AttributePath path = AttributePath.Parse(byAttribute ? arguments.Positional[0] : null);
            if (arguments.Positional.Count == at)
            {
                return item => path.Follow(state, item).IsTruthy;
            }

            Test test = TestTable.Find(TextSearch.RequireString(arguments.Positional[at], name).Text);
            Arguments rest = arguments.Skip(at + 1);
            return item => test(state, path.Follow(state, item), rest);
        }
    }
}
