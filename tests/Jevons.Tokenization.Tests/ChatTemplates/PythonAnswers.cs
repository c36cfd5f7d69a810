namespace Jevons.Tokenization.Tests.ChatTemplates;

/// <summary>
/// What Jinja 3.1 under Python answers where a unit case expects another engine's dialect: JavaScript's spelling of truth
/// values and lists, JavaScript's implicit conversion of numbers to text, generators with a length, <c>null</c> as a literal,
/// lists that methods may change. Null where Python raises.
/// </summary>
internal static class PythonAnswers
{
    /// <summary>Python's answer by the name of the case.</summary>
    public static IReadOnlyDictionary<string, string?> ByCase { get; } = new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["array.pop() last"] = null,
        ["BOOLEAN_LITERALS"] = "|True|False|True|False|",
        ["LOGICAL_AND"] = "TrueFalseFalseFalse",
        ["LOGICAL_OR"] = "TrueTrueTrueFalse",
        ["LOGICAL_NOT"] = "FalseTrue",
        ["LOGICAL_NOT_NOT"] = "TrueFalse",
        ["LOGICAL_OR_NOT"] = "TrueTrueFalseTrue",
        ["LOGICAL_COMBINED"] = "FalseTrue",
        ["FOR_LOOP_UNPACKING"] = null,
        ["FOR_LOOP_OBJECTS"] = null,
        ["BINOP_EXPR"] = "1TrueFalseFalseTrueTrueTrue5",
        ["PROPERTIES_1"] = "|[['zero-zero-zero', 'zero-zero-one'], ['zero-one-zero', 'zero-one-one']]|['zero-one-zero', 'zero-one-one']|zero-one-one|mixed-indexing|",
        ["MEMBERSHIP"] = "|True|True|True|True|True|False|",
        ["MEMBERSHIP_NEGATION_2"] = "|False|False|False|False|False|True|",
        ["MEMBERSHIP_UNDEFINED"] = "|False|False|False|False|False|False|",
        ["UNARY_SIGN_EXPRESSIONS"] = "|yes|True|True|True|True|1|True|-1|1|2|-2|-1.5|-0.0|1|-1|0|",
        ["SUBSTRING_INCLUSION"] = "|True|True|False|True|False|True|False|",
        ["FILTER_OPERATOR_4"] = null,
        ["FILTER_OPERATOR_5"] = null,
        ["FILTER_OPERATOR_6"] = null,
        ["FILTER_OPERATOR_7"] = null,
        ["FILTER_OPERATOR_11"] = null,
        ["FILTER_OPERATOR_13"] = "[{'name': 'some_tool', 'arguments': {'some_name': 'string'}}]",
        ["SORT_BASIC_STRINGS"] = "['Apple', 'banana', 'cherry']",
        ["SORT_CASE_SENSITIVE"] = "['Apple', 'banana', 'cherry']",
        ["SORT_CASE_INSENSITIVE"] = "['Apple', 'banana', 'cherry']",
        ["SORT_ATTRIBUTE_SIMPLE"] = "['Alice', 'Bob', 'Charlie']",
        ["SORT_CHAINED"] = "['Bob', 'Alice', 'Charlie', 'David']",
        ["SORT_STABLE"] = "['apple', 'banana', 'carrot', 'broccoli']",
        ["SORT_POSITIONAL_ALL"] = "['Alice', 'Bob', 'Charlie']",
        ["SORT_NULL_VALUES"] = "[None, None]",
        ["SORT_MIXED_BOOL_NUM"] = "[0, False, 0.5, True, 1]",
        ["BOOLEAN_NUMERICAL"] = "|2|0|0|0|1|1|1|0|False|True|",
        ["BOOLEAN_STRINGS"] = "|b||||a|a|a||False|True|",
        ["BOOLEAN_MIXED"] = "|1|0|False|False|True|True|1|0|",
        ["BOOLEAN_MIXED_2"] = "||a||a||True|False|a|",
        ["IS_OPERATOR"] = "|False|True|True|False|",
        ["IS_OPERATOR_2"] = "|True|False|False|True|True|False|",
        ["IS_OPERATOR_3"] = "|True|False|False|True|True|False|True|False|",
        ["IS_OPERATOR_4"] = "|True|False|False|True|",
        ["IS_OPERATOR_6"] = "|False|False|False|True|",
        ["SHORT_CIRCUIT"] = "False",
        ["SHORT_CIRCUIT_1"] = "True",
        ["NAMESPACE_1"] = "False",
        ["NAMESPACE_2"] = "|False|2|",
        ["OBJECT_OPERATORS_1"] = "|True|True|True|",
        ["OBJECT_OPERATORS_2"] = null,
        ["SCOPE"] = "found=True",
        ["SCOPE_1"] = "found=False",
        ["MACROS_2"] = null,
    };
}
