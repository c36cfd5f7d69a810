using System.Collections.Frozen;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>All filters by name.</summary>
internal static class FilterTable
{
    private static readonly FrozenDictionary<string, Filter> s_filters = new[]
    {
        TextFilters.Table, HtmlFilters.Table, NumberFilters.Table, SequenceFilters.Table, OrderFilters.Table, SelectionFilters.Table,
    }.SelectMany(t => t).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True when there is a filter of this name.</summary>
    public static bool Has(string name) => s_filters.ContainsKey(name);

    /// <summary>The filter of a name; throws when there is none.</summary>
    public static Filter Find(string name) => s_filters.TryGetValue(name, out Filter? filter)
        ? filter
        : throw JinjaException.Operation($"No filter named '{name}' found.");
}
