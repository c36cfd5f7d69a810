using System.Collections.Frozen;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Methods of lists and tuples; those that would change a list are forbidden by the sandbox.</summary>
internal static class SequenceMethods
{
    private static readonly FrozenSet<string> s_mutators = FrozenSet.ToFrozenSet(
        ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"], StringComparer.Ordinal);

    /// <summary>The method of a sequence, bound to it, or null when it has no such method.</summary>
    public static JinjaValue? Find(JinjaSequence self, string name)
    {
        if (self is JinjaList && s_mutators.Contains(name))
        {
            return Forbidden(self, name);
        }

        return name switch
        {
            "count" => new JinjaFunction(name, (state, arguments) =>
            {
                JinjaValue wanted = arguments.BindPositional("count()", 1, 1)[0]!;
                return JinjaInteger.Of(self.Items.Count(item => Operators.AreEqual(state, item, wanted)));
            }),
            "index" => new JinjaFunction(name, (state, arguments) =>
            {
                JinjaValue wanted = arguments.BindPositional("index()", 1, 1)[0]!;
                for (int i = 0; i < self.Items.Count; i++)
                {
                    if (Operators.AreEqual(state, self.Items[i], wanted))
                    {
                        return JinjaInteger.Of(i);
                    }
                }

                throw JinjaException.Operation($"value is not in {self.TypeName}");
            }),
            "copy" when self is JinjaList => new JinjaFunction(name, (_, arguments) =>
            {
                arguments.BindPositional("copy()", 0, 0);
                return self;
            }),
            _ => null,
        };
    }

    /// <summary>What the sandbox gives for an attribute that it forbids: undefined until it is used, then an error.</summary>
    public static JinjaUndefined Forbidden(JinjaValue owner, string name) =>
        new($"access to attribute '{name}' of '{owner.TypeName}' object is unsafe.", JinjaErrorKind.Forbidden);
}
