using Jevons.Tokenization.ChatTemplates.Jinja.Syntax;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <content>Macros: functions from arguments to text that see the variables around their definition.</content>
internal sealed partial class Renderer
{
    private MacroValue MakeMacro(string? name, Signature signature, IReadOnlyList<Stmt> body)
    {
        Scope definition = _scope;
        return new MacroValue(
            name,
            [.. signature.Parameters.Select(p => p.Key)],
            arguments => Invoke(name ?? "caller", signature, body, definition, arguments));
    }

    private JinjaValue Invoke(string name, Signature signature, IReadOnlyList<Stmt> body, Scope definition, Arguments arguments)
    {
        _state.Budget.Enter();
        Scope scope = Bind(name, signature, definition, arguments);
        JinjaString text = Capture(body, scope, out _);
        _state.Budget.Leave();
        return text;
    }

    private Scope Bind(string name, Signature signature, Scope definition, Arguments arguments)
    {
        Scope scope = new(definition);
        SpecialNames uses = signature.Uses;
        IReadOnlyList<KeyValuePair<string, Expr?>> parameters = signature.Parameters;
        int positional = Math.Min(arguments.Positional.Count, parameters.Count);
        List<KeyValuePair<JinjaValue, JinjaValue>> extra = [];
        JinjaValue?[] given = new JinjaValue?[parameters.Count];
        JinjaValue? caller = null;
        for (int i = 0; i < positional; i++)
        {
            given[i] = arguments.Positional[i];
        }

        foreach ((string key, JinjaValue value) in arguments.Named)
        {
            int at = IndexOf(parameters, key);
            if (at >= positional)
            {
                given[at] = value;
            }
            else if (at < 0 && key == "caller" && uses.HasFlag(SpecialNames.Caller))
            {
                caller = value;
            }
            else if (uses.HasFlag(SpecialNames.Keywords))
            {
                extra.Add(new KeyValuePair<JinjaValue, JinjaValue>(JinjaString.Template(key), value));
            }
            else
            {
                throw JinjaException.Operation(at >= 0
                    ? $"macro '{name}' got multiple values for argument '{key}'"
                    : $"macro '{name}' takes no keyword argument '{key}'");
            }
        }

        if (arguments.Positional.Count > parameters.Count && !uses.HasFlag(SpecialNames.Variable))
        {
            throw JinjaException.Operation($"macro '{name}' takes not more than {parameters.Count} argument(s)");
        }

        if (uses.HasFlag(SpecialNames.Variable))
        {
            scope.Set("varargs", new JinjaTuple([.. arguments.Positional.Skip(parameters.Count)]));
        }

        if (uses.HasFlag(SpecialNames.Keywords))
        {
            scope.Set("kwargs", new JinjaDict(extra));
        }

        if (IndexOf(parameters, "caller") < 0 && uses.HasFlag(SpecialNames.Caller))
        {
            scope.Set("caller", caller ?? new JinjaUndefined("No caller defined"));
        }

        BindDefaults(parameters, given, scope);
        return scope;
    }

    private void BindDefaults(IReadOnlyList<KeyValuePair<string, Expr?>> parameters, JinjaValue?[] given, Scope scope)
    {
        // A default may use the parameters before it.
        Scope outer = _scope;
        _scope = scope;
        for (int i = 0; i < parameters.Count; i++)
        {
            (string parameter, Expr? byDefault) = parameters[i];
            scope.Set(parameter, given[i] ?? (byDefault is null
                ? new JinjaUndefined($"parameter '{parameter}' was not provided")
                : Evaluate(byDefault)));
        }

        _scope = outer;
    }

    private static int IndexOf(IReadOnlyList<KeyValuePair<string, Expr?>> parameters, string name)
    {
        for (int i = 0; i < parameters.Count; i++)
        {
            if (string.Equals(parameters[i].Key, name, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
