using System.Collections.Frozen;
using System.Numerics;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>The functions that every chat template may call. Variables of the context hide them.</summary>
internal static class Globals
{
    private static readonly FrozenDictionary<string, JinjaFunction> s_functions = new[]
    {
        Function("cycler", Cycler),
        Function("dict", (state, arguments) => new JinjaDict(Entries(state, arguments))),
        Function("joiner", Joiner),
        Function("namespace", Namespace),
        Function("raise_exception", Raise),
        Function("range", Range),
        Function("strftime_now", Now),
    }.ToFrozenDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);

    /// <summary>The function of a name, or null.</summary>
    public static JinjaValue? Find(string name) => s_functions.GetValueOrDefault(name);

    private static KeyValuePair<string, JinjaFunction> Function(string name, Func<RenderState, Arguments, JinjaValue> body) =>
        new(name, new JinjaFunction(name, body));

    private static JinjaValue Raise(RenderState state, Arguments arguments)
    {
        JinjaValue message = arguments.Bind("raise_exception()", 1, "message")[0]!;
        throw new JinjaException(JinjaErrorKind.Raised, message.ToText(state).Text);
    }

    private static JinjaValue Now(RenderState state, Arguments arguments)
    {
        JinjaString format = TextSearch.RequireString(arguments.Bind("strftime_now()", 1, "format")[0]!, "strftime_now()");
        DateTimeOffset now = state.Now ?? throw JinjaException.Operation("the template asks for the date and none is given: set RenderOptions.Now");
        return DateText.Format(state, format, now);
    }

    private static JinjaValue Range(RenderState state, Arguments arguments)
    {
        JinjaValue?[] bound = arguments.BindPositional("range()", 1, 3);
        BigInteger[] limits = [.. bound.Where(b => b is not null).Select(b => Numbers.TryInteger(b!, out BigInteger limit)
            ? limit
            : throw (b is JinjaUndefined undefined
                ? undefined.Error
                : JinjaException.Operation($"'{b!.TypeName}' object cannot be interpreted as an integer")))];
        return limits.Length == 1
            ? new JinjaRange(0, limits[0], 1)
            : new JinjaRange(limits[0], limits[1], limits.Length == 3 ? limits[2] : 1);
    }

    private static JinjaValue Namespace(RenderState state, Arguments arguments)
    {
        JinjaNamespace space = new();
        foreach ((JinjaValue key, JinjaValue value) in Entries(state, arguments))
        {
            space.Set((key as JinjaString ?? throw JinjaException.Operation("the names in a namespace are strings")).Text, value);
        }

        return space;
    }

    private static List<KeyValuePair<JinjaValue, JinjaValue>> Entries(RenderState state, Arguments arguments)
    {
        List<KeyValuePair<JinjaValue, JinjaValue>> entries = [];
        if (arguments.Positional.Count > 1)
        {
            throw JinjaException.Operation($"expected at most 1 argument, got {arguments.Positional.Count}");
        }

        if (arguments.Positional.Count == 1)
        {
            if (arguments.Positional[0] is JinjaDict dict)
            {
                state.Budget.Steps(dict.Entries.Count);
                entries.AddRange(dict.Entries);
            }
            else
            {
                foreach (JinjaValue pair in arguments.Positional[0].ToElements(state))
                {
                    List<JinjaValue> parts = pair.ToElements(state);
                    entries.Add(parts.Count == 2
                        ? new KeyValuePair<JinjaValue, JinjaValue>(parts[0], parts[1])
                        : throw JinjaException.Operation($"dict() expects pairs, not {parts.Count} values"));
                }
            }
        }

        foreach ((string name, JinjaValue value) in arguments.Named)
        {
            entries.Add(new KeyValuePair<JinjaValue, JinjaValue>(JinjaString.Template(name), value));
        }

        return entries;
    }

    private static JinjaValue Joiner(RenderState state, Arguments arguments)
    {
        JinjaValue separator = arguments.Bind("joiner()", 0, "sep")[0] ?? JinjaString.Template(", ");
        bool used = false;
        return new JinjaFunction("joiner", (_, _) =>
        {
            JinjaValue result = used ? separator : JinjaString.Empty;
            used = true;
            return result;
        });
    }

    private static JinjaValue Cycler(RenderState state, Arguments arguments) => arguments.Positional.Count > 0
        ? new CyclerValue(arguments.Positional)
        : throw JinjaException.Operation("at least one item has to be provided");
}
