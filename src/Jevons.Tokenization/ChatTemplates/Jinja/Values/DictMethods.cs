using System.Collections.Frozen;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Methods of dicts; those that would change the dict are forbidden by the sandbox.</summary>
internal static class DictMethods
{
    private static readonly FrozenSet<string> s_mutators = FrozenSet.ToFrozenSet(
        ["clear", "pop", "popitem", "setdefault", "update"], StringComparer.Ordinal);

    /// <summary>The method of a dict, bound to it, or null when it has no such method.</summary>
    public static JinjaValue? Find(JinjaDict self, string name) => name switch
    {
        "get" => new JinjaFunction(name, (state, arguments) =>
        {
            JinjaValue?[] bound = arguments.BindPositional("get()", 1, 2);
            state.Budget.Steps(bound[0]!.Weight);
            return self.Find(bound[0]!) ?? bound[1] ?? JinjaNone.Instance;
        }),
        "items" => View(name, "dict_items", self, e => new JinjaTuple(e.Key, e.Value)),
        "keys" => View(name, "dict_keys", self, e => e.Key),
        "values" => View(name, "dict_values", self, e => e.Value),
        "copy" => new JinjaFunction(name, (_, arguments) =>
        {
            arguments.BindPositional("copy()", 0, 0);
            return self;
        }),
        _ => s_mutators.Contains(name) ? SequenceMethods.Forbidden(self, name) : null,
    };

    private static JinjaFunction View(
        string name, string typeName, JinjaDict self, Func<KeyValuePair<JinjaValue, JinjaValue>, JinjaValue> select) =>
        new(name, (state, arguments) =>
        {
            arguments.BindPositional(name + "()", 0, 0);
            state.Budget.Steps(self.Entries.Count);
            return new JinjaDictView(typeName, [.. self.Entries.Select(select)]);
        });
}
