using Jevons.Tokenization.ChatTemplates.Jinja.Syntax;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>
/// Walks a parsed template and writes its text. One instance serves one render; the other parts hold the statements, loops,
/// macros and expressions.
/// </summary>
internal sealed partial class Renderer
{
    private readonly RenderState _state;
    private readonly IReadOnlyDictionary<string, JinjaValue> _variables;
    private JinjaStringBuilder _output;
    private Scope _scope = new(null);

    // The last node whose operation started: where an error that knows no place happened.
    private int _position;

    private Renderer(RenderState state, IReadOnlyDictionary<string, JinjaValue> variables)
    {
        _state = state;
        _variables = variables;
        _output = new JinjaStringBuilder(state.Budget, state.Budget.Limits.MaxOutput);
    }

    /// <summary>Renders a template.</summary>
    /// <param name="source">Its text, for the place of errors.</param>
    /// <param name="body">Its statements.</param>
    /// <param name="variables">The variables of the context.</param>
    /// <param name="options">Options of the render.</param>
    /// <returns>The text with the origin of its parts.</returns>
    public static JinjaStringBuilder Render(
        SourceText source, IReadOnlyList<Stmt> body, IReadOnlyDictionary<string, JinjaValue> variables, RenderOptions options)
    {
        Renderer renderer = new(new RenderState(options), variables);
        try
        {
            _ = renderer.Execute(body);
            return renderer._output;
        }
        catch (JinjaException e) when (e.Line == 0)
        {
            (int line, int column) = source.Locate(renderer._position);
            throw e.At(line, column);
        }
    }

    /// <summary>Runs statements in a scope of their own and returns what they write.</summary>
    private JinjaString Capture(IReadOnlyList<Stmt> body, Scope scope, out Flow flow)
    {
        JinjaStringBuilder outerOutput = _output;
        Scope outerScope = _scope;
        JinjaStringBuilder captured = new(_state.Budget);
        _output = captured;
        _scope = scope;
        flow = Execute(body);
        _output = outerOutput;
        _scope = outerScope;
        return captured.ToValue();
    }

    private JinjaValue Find(string name) => _scope.Find(name)
        ?? (_variables.TryGetValue(name, out JinjaValue? value) ? value : Globals.Find(name))
        ?? JinjaUndefined.Name(name);

    private void Assign(Target target, JinjaValue value)
    {
        switch (target)
        {
            case Target.Variable variable:
                _scope.Set(variable.Identifier, value);
                break;
            case Target.NamespaceAttribute attribute:
                _position = attribute.Position;
                JinjaNamespace space = Find(attribute.Identifier) as JinjaNamespace
                    ?? throw JinjaException.Operation("cannot assign attribute on non-namespace object");
                space.Set(attribute.Member, value);
                break;
            case Target.Unpack unpack:
                Unpack(unpack, value);
                break;
        }
    }

    private void Unpack(Target.Unpack target, JinjaValue value)
    {
        _position = target.Position;
        IEnumerator<JinjaValue> items = value.Iterate(_state)
            ?? throw JinjaException.Operation($"cannot unpack non-iterable {value.TypeName} object");
        List<JinjaValue> parts = [];
        while (parts.Count <= target.Parts.Count && items.MoveNext())
        {
            _state.Budget.Steps(1);
            parts.Add(items.Current);
        }

        if (parts.Count != target.Parts.Count)
        {
            throw JinjaException.Operation(parts.Count > target.Parts.Count
                ? $"too many values to unpack (expected {target.Parts.Count})"
                : $"not enough values to unpack (expected {target.Parts.Count}, got {parts.Count})");
        }

        for (int i = 0; i < parts.Count; i++)
        {
            Assign(target.Parts[i], parts[i]);
        }
    }
}
