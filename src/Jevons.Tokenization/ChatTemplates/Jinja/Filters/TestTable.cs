using System.Collections.Frozen;
using System.Numerics;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Filters;

/// <summary>All tests by name.</summary>
internal static class TestTable
{
    private static readonly FrozenDictionary<string, Test> s_tests = new Dictionary<string, Test>(StringComparer.Ordinal)
    {
        ["boolean"] = Type("boolean", v => v is JinjaBoolean),
        ["callable"] = Type("callable", v => v.IsCallable || v is JinjaUndefined),
        ["defined"] = Type("defined", v => v is not JinjaUndefined),
        ["escaped"] = Type("escaped", v => v is JinjaString { IsMarkup: true }),
        ["false"] = Type("false", v => v is JinjaBoolean { Value: false }),
        ["float"] = Type("float", v => v is JinjaFloat),
        ["integer"] = Type("integer", v => v is JinjaInteger),
        ["mapping"] = Type("mapping", v => v is JinjaDict),
        ["none"] = Type("none", v => v is JinjaNone),
        ["number"] = Type("number", Numbers.IsNumber),
        ["string"] = Type("string", v => v is JinjaString),
        ["true"] = Type("true", v => v is JinjaBoolean { Value: true }),
        ["undefined"] = Type("undefined", v => v is JinjaUndefined),
        ["sequence"] = Type("sequence", v => v is JinjaString or JinjaSequence or JinjaDict or JinjaRange or JinjaUndefined),
        ["iterable"] = (s, v, a) =>
        {
            a.Bind("iterable", 0);
            return v is JinjaGenerator || v.Iterate(s) is not null;
        },

        ["odd"] = (_, v, a) => Remainder(v, a, "odd", 2) == 1,
        ["even"] = (_, v, a) => Remainder(v, a, "even", 2) == 0,
        ["divisibleby"] = (_, v, a) => DivisibleBy(v, a),

        ["lower"] = (s, v, a) => HasCase(s, v, a, upper: false),
        ["upper"] = (s, v, a) => HasCase(s, v, a, upper: true),

        ["filter"] = (_, v, a) => Named(v, a, FilterTable.Has),
        ["test"] = (_, v, a) => Named(v, a, Has),

        ["in"] = (s, v, a) => Operators.Contains(s, a.Bind("in", 1, "seq")[0]!, v),
        ["sameas"] = (_, v, a) => IsSame(v, a.Bind("sameas", 1, "other")[0]!),
        ["=="] = Equal,
        ["eq"] = Equal,
        ["equalto"] = Equal,
        ["!="] = (s, v, a) => !Equal(s, v, a),
        ["ne"] = (s, v, a) => !Equal(s, v, a),
        ["<"] = Order("<", o => o < 0),
        ["lt"] = Order("<", o => o < 0),
        ["lessthan"] = Order("<", o => o < 0),
        ["<="] = Order("<=", o => o <= 0),
        ["le"] = Order("<=", o => o <= 0),
        [">"] = Order(">", o => o > 0),
        ["gt"] = Order(">", o => o > 0),
        ["greaterthan"] = Order(">", o => o > 0),
        [">="] = Order(">=", o => o >= 0),
        ["ge"] = Order(">=", o => o >= 0),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>True when there is a test of this name.</summary>
    public static bool Has(string name) => s_tests.ContainsKey(name);

    /// <summary>The test of a name; throws when there is none.</summary>
    public static Test Find(string name) => s_tests.TryGetValue(name, out Test? test)
        ? test
        : throw JinjaException.Operation($"No test named '{name}' found.");

    private static Test Type(string name, Func<JinjaValue, bool> predicate) => (_, value, arguments) =>
    {
        arguments.Bind(name, 0);
        return predicate(value);
    };

    private static Test Order(string symbol, Func<int?, bool> predicate) => (state, value, arguments) =>
        predicate(Operators.Compare(state, value, arguments.Bind(symbol, 1, "other")[0]!, symbol));

    private static bool Equal(RenderState state, JinjaValue value, Arguments arguments) =>
        Operators.AreEqual(state, value, arguments.Bind("equalto", 1, "other")[0]!);

    private static bool IsSame(JinjaValue left, JinjaValue right) => ReferenceEquals(left, right)
        || (left.GetType() == right.GetType() && left is JinjaInteger or JinjaString && left.EqualTo(right));

    private static BigInteger Remainder(JinjaValue value, Arguments arguments, string name, int divisor)
    {
        arguments.Bind(name, 0);
        JinjaValue remainder = Arithmetic.RemainderOf(value, JinjaInteger.Of(divisor));
        return remainder is JinjaInteger integer
            ? integer.Value
            : ((JinjaFloat)remainder).Value is 0 or 1 ? new BigInteger(((JinjaFloat)remainder).Value) : -1;
    }

    private static bool DivisibleBy(JinjaValue value, Arguments arguments) =>
        !Arithmetic.RemainderOf(value, arguments.Bind("divisibleby", 1, "num")[0]!).IsTruthy;

    private static bool HasCase(RenderState state, JinjaValue value, Arguments arguments, bool upper)
    {
        arguments.Bind(upper ? "upper" : "lower", 0);
        JinjaString text = value.ToText(state);
        state.Budget.Steps(text.Text.Length / 16);
        return TextCase.IsAllOfCase(text, upper);
    }

    private static bool Named(JinjaValue value, Arguments arguments, Func<string, bool> has)
    {
        arguments.Bind("filter", 0);
        return value is JinjaString name && has(name.Text);
    }
}
