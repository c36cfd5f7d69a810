using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>The methods of strings, by name.</summary>
internal static class StringMethods
{
    private static readonly FrozenDictionary<string, Method> s_methods = new Dictionary<string, Method>(StringComparer.Ordinal)
    {
        ["capitalize"] = NoArguments("capitalize", TextCase.Capitalize),
        ["casefold"] = NoArguments("casefold", TextCase.Fold),
        ["lower"] = NoArguments("lower", TextCase.Lower),
        ["swapcase"] = NoArguments("swapcase", TextCase.Swap),
        ["title"] = NoArguments("title", TextCase.Title),
        ["upper"] = NoArguments("upper", TextCase.Upper),

        ["isalnum"] = Predicate("isalnum", t => TextCase.All(t, PythonText.IsAlphanumeric)),
        ["isalpha"] = Predicate("isalpha", t => TextCase.All(t, Rune.IsLetter)),
        ["isascii"] = Predicate("isascii", t => Ascii.IsValid(t.Text)),
        ["isdecimal"] = Predicate("isdecimal", t => TextCase.All(t, IsDecimal)),
        ["isdigit"] = Predicate("isdigit", t => TextCase.All(t, r => IsDecimal(r) || IsDigit(r))),
        ["isidentifier"] = Predicate("isidentifier", IsIdentifier),
        ["islower"] = Predicate("islower", t => TextCase.IsAllOfCase(t, upper: false)),
        ["isnumeric"] = Predicate("isnumeric", t => TextCase.All(t, r => Rune.GetNumericValue(r) >= 0)),
        ["isprintable"] = Predicate("isprintable", t => t.Text.Length == 0 || TextCase.All(t, PythonText.IsPrintable)),
        ["isspace"] = Predicate("isspace", t => TextCase.All(t, r => r.IsBmp && PythonText.IsSpace((char)r.Value))),
        ["istitle"] = Predicate("istitle", TextCase.IsTitle),
        ["isupper"] = Predicate("isupper", t => TextCase.IsAllOfCase(t, upper: true)),

        ["count"] = TextSearch.Count,
        ["endswith"] = (s, t, a) => TextSearch.HasAffix(s, t, a, "endswith()", atEnd: true),
        ["find"] = (s, t, a) => JinjaInteger.Of(TextSearch.Find(s, t, a, "find()", fromEnd: false)),
        ["index"] = (s, t, a) => RequireFound(TextSearch.Find(s, t, a, "index()", fromEnd: false)),
        ["replace"] = Replace,
        ["rfind"] = (s, t, a) => JinjaInteger.Of(TextSearch.Find(s, t, a, "rfind()", fromEnd: true)),
        ["rindex"] = (s, t, a) => RequireFound(TextSearch.Find(s, t, a, "rindex()", fromEnd: true)),
        ["startswith"] = (s, t, a) => TextSearch.HasAffix(s, t, a, "startswith()", atEnd: false),

        ["partition"] = (s, t, a) => TextSplit.Partition(s, t, a, "partition()", fromEnd: false),
        ["rpartition"] = (s, t, a) => TextSplit.Partition(s, t, a, "rpartition()", fromEnd: true),
        ["rsplit"] = TextSplit.SplitFromEnd,
        ["split"] = TextSplit.Split,
        ["splitlines"] = (s, t, a) => TextSplit.Lines(s, t, a.Bind("splitlines()", 0, "keepends")[0]?.IsTruthy ?? false),

        ["center"] = (s, t, a) => TextTrim.Pad(s, t, a, "center()", TextTrim.CenterShare),
        ["expandtabs"] = TextTrim.ExpandTabs,
        ["ljust"] = (s, t, a) => TextTrim.Pad(s, t, a, "ljust()", static (_, _) => 0),
        ["lstrip"] = (s, t, a) => TextTrim.Strip(s, t, a.BindPositional("lstrip()", 0, 1)[0], atStart: true, atEnd: false),
        ["removeprefix"] = (s, t, a) => TextTrim.RemoveAffix(s, t, a, "removeprefix()", atEnd: false),
        ["removesuffix"] = (s, t, a) => TextTrim.RemoveAffix(s, t, a, "removesuffix()", atEnd: true),
        ["rjust"] = (s, t, a) => TextTrim.Pad(s, t, a, "rjust()", static (padding, _) => padding),
        ["rstrip"] = (s, t, a) => TextTrim.Strip(s, t, a.BindPositional("rstrip()", 0, 1)[0], atStart: false, atEnd: true),
        ["strip"] = (s, t, a) => TextTrim.Strip(s, t, a.BindPositional("strip()", 0, 1)[0], atStart: true, atEnd: true),
        ["zfill"] = TextTrim.ZeroFill,

        ["format"] = BraceFormat.Apply,
        ["format_map"] = BraceFormat.ApplyMap,
        ["join"] = Join,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private delegate JinjaValue Method(RenderState state, JinjaString self, Arguments arguments);

    /// <summary>The method of a string, bound to it, or null when it has no such method.</summary>
    public static JinjaValue? Find(JinjaString self, string name) => s_methods.TryGetValue(name, out Method? method)
        ? new JinjaFunction(name, (state, arguments) => method(state, self, arguments))
        : null;

    private static Method NoArguments(string name, Func<RenderState, JinjaString, JinjaString> body) => (state, text, arguments) =>
    {
        arguments.BindPositional(name + "()", 0, 0);
        return body(state, text);
    };

    private static Method Predicate(string name, Func<JinjaString, bool> body) => (state, text, arguments) =>
    {
        arguments.BindPositional(name + "()", 0, 0);
        state.Budget.Steps(text.Text.Length / 16);
        return JinjaBoolean.Of(body(text));
    };

    private static JinjaValue Replace(RenderState state, JinjaString text, Arguments arguments)
    {
        // The count has a name since Python 3.13; accepting it everywhere costs nothing.
        JinjaValue?[] bound = arguments.Bind("replace()", 2, "old", "new", "count");
        return TextSearch.Replace(
            state,
            text,
            TextSearch.RequireString(bound[0]!, "replace()"),
            TextSearch.RequireString(bound[1]!, "replace()"),
            bound[2] is null ? -1 : Numbers.ToInt32(bound[2]!, "the count in replace()"));
    }

    private static JinjaValue Join(RenderState state, JinjaString text, Arguments arguments)
    {
        IEnumerator<JinjaValue> items = arguments.BindPositional("join()", 1, 1)[0]!.RequireIterator(state);
        JinjaStringBuilder builder = new(state.Budget);
        for (int i = 0; items.MoveNext(); i++)
        {
            state.Budget.Steps(1);
            JinjaString item = items.Current as JinjaString
                ?? throw JinjaException.Operation($"sequence item {i}: expected str instance, {items.Current.TypeName} found");
            if (i > 0)
            {
                builder.Append(text);
            }

            builder.Append(text.IsMarkup ? HtmlText.Escape(state, item) : item);
        }

        return builder.ToValue(text.IsMarkup);
    }

    private static JinjaInteger RequireFound(int index) =>
        index >= 0 ? JinjaInteger.Of(index) : throw JinjaException.Operation("substring not found");

    private static bool IsDecimal(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    private static bool IsDigit(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNumber && rune.IsBmp && CharUnicodeInfo.GetDigitValue((char)rune.Value) >= 0;

    private static bool IsIdentifier(JinjaString text) => TextCase.All(text, PythonText.IsWordCharacter)
        && !IsDecimal(text.RuneAt(0));
}
