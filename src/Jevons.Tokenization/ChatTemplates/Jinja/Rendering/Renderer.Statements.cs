using Jevons.Tokenization.ChatTemplates.Jinja.Syntax;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <content>Statements and loops.</content>
internal sealed partial class Renderer
{
    private Flow Execute(IReadOnlyList<Stmt> body)
    {
        _state.Budget.Enter();
        Flow flow = Flow.Next;
        for (int i = 0; i < body.Count && flow == Flow.Next; i++)
        {
            flow = Execute(body[i]);
        }

        _state.Budget.Leave();
        return flow;
    }

    private Flow Execute(Stmt statement)
    {
        _state.Budget.Steps(1);
        _position = statement.Position;
        switch (statement)
        {
            case Stmt.Data data:
                _output.Append(data.Text);
                return Flow.Next;
            case Stmt.Output output:
                JinjaValue value = Evaluate(output.Value);
                _position = output.Position;
                value.WriteText(_output);
                return Flow.Next;
            case Stmt.If branch:
                return ExecuteIf(branch);
            case Stmt.For loop:
                if (!loop.IsRecursive)
                {
                    return RunLoop(loop, Evaluate(loop.Source), depth0: 0, recurse: null);
                }

                _output.Append(RunRecursive(loop, Evaluate(loop.Source), depth0: 0, _scope));
                return Flow.Next;
            case Stmt.Break:
                return Flow.Break;
            case Stmt.Continue:
                return Flow.Continue;
            case Stmt.Set set:
                Assign(set.Target, Evaluate(set.Value));
                return Flow.Next;
            case Stmt.SetBlock set:
                JinjaValue text = Capture(set.Body, new Scope(_scope), out Flow setFlow);
                Assign(set.Target, set.Filter is null ? text : ApplyFilter(set.Filter, text));
                return setFlow;
            case Stmt.FilterBlock filter:
                JinjaValue filtered = Capture(filter.Body, new Scope(_scope), out Flow filterFlow);
                ApplyFilter(filter.Filter, filtered).WriteText(_output);
                return filterFlow;
            case Stmt.With with:
                return ExecuteWith(with);
            case Stmt.Scoped scoped:
                return ExecuteIn(new Scope(_scope), scoped.Body);
            case Stmt.Macro macro:
                _scope.Set(macro.MacroName, MakeMacro(macro.MacroName, macro.Signature, macro.Body));
                return Flow.Next;
            case Stmt.CallBlock call:
                MacroValue caller = MakeMacro(null, call.Signature, call.Body);
                EvaluateCall(call.Call, caller).WriteText(_output);
                return Flow.Next;
            default:
                throw new InvalidOperationException($"statement {statement.GetType().Name} has no renderer");
        }
    }

    private Flow ExecuteIf(Stmt.If branch)
    {
        foreach ((Expr condition, IReadOnlyList<Stmt> body) in branch.Branches)
        {
            if (Evaluate(condition).IsTruthy)
            {
                return Execute(body);
            }
        }

        return Execute(branch.Otherwise);
    }

    private Flow ExecuteWith(Stmt.With with)
    {
        // All values are evaluated outside, before any of the names exists.
        JinjaValue[] values = [.. with.Variables.Select(v => Evaluate(v.Value))];
        Scope outer = _scope;
        _scope = new Scope(outer);
        for (int i = 0; i < values.Length; i++)
        {
            Assign(with.Variables[i].Key, values[i]);
        }

        Flow flow = Execute(with.Body);
        _scope = outer;
        return flow;
    }

    private Flow ExecuteIn(Scope scope, IReadOnlyList<Stmt> body)
    {
        Scope outer = _scope;
        _scope = scope;
        Flow flow = Execute(body);
        _scope = outer;
        return flow;
    }

    private JinjaString RunRecursive(Stmt.For loop, JinjaValue source, int depth0, Scope definition)
    {
        JinjaStringBuilder outerOutput = _output;
        Scope outerScope = _scope;
        JinjaStringBuilder captured = new(_state.Budget);
        _state.Budget.Enter();
        _output = captured;
        _scope = definition;
        _ = RunLoop(loop, source, depth0, (items, depth) => RunRecursive(loop, items, depth, definition));
        _output = outerOutput;
        _scope = outerScope;
        _state.Budget.Leave();
        return captured.ToValue();
    }

    private Flow RunLoop(Stmt.For loop, JinjaValue source, int depth0, Func<JinjaValue, int, JinjaValue>? recurse)
    {
        _position = loop.Position;
        Scope outer = _scope;
        IEnumerator<JinjaValue> items = source.RequireIterator(_state);
        LoopState state = loop.Condition is null
            ? new LoopState(_state, items, source.Length, depth0, recurse)
            : new LoopState(_state, Where(loop, items, outer), null, depth0, recurse);

        // As in the original, "else" runs unless some iteration reached the end of the body.
        bool completed = false;
        while (true)
        {
            _position = loop.Position;
            if (state.Next() is not { } item)
            {
                break;
            }

            _scope = new Scope(outer);
            _scope.Set("loop", state);
            Assign(loop.Target, item);
            Flow flow = Execute(loop.Body);
            _scope = outer;
            completed |= flow == Flow.Next;
            if (flow == Flow.Break)
            {
                break;
            }
        }

        return completed || loop.Otherwise.Count == 0 ? Flow.Next : ExecuteIn(new Scope(outer), loop.Otherwise);
    }

    private IEnumerator<JinjaValue> Where(Stmt.For loop, IEnumerator<JinjaValue> items, Scope outer)
    {
        while (items.MoveNext())
        {
            _state.Budget.Steps(1);
            Scope current = _scope;
            _scope = new Scope(outer);
            Assign(loop.Target, items.Current);
            bool keep = Evaluate(loop.Condition!).IsTruthy;
            _scope = current;
            if (keep)
            {
                yield return items.Current;
            }
        }
    }
}
