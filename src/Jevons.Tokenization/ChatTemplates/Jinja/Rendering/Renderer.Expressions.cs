using Jevons.Tokenization.ChatTemplates.Jinja.Filters;
using Jevons.Tokenization.ChatTemplates.Jinja.Syntax;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <content>Expressions.</content>
internal sealed partial class Renderer
{
    private JinjaValue Evaluate(Expr expression)
    {
        _state.Budget.Steps(1);
        switch (expression)
        {
            case Expr.Constant constant:
                return constant.Value;
            case Expr.Name name:
                return Find(name.Identifier);
        }

        _state.Budget.Enter();
        JinjaValue value = EvaluateNested(expression);
        _state.Budget.Leave();
        return value;
    }

    private JinjaValue EvaluateNested(Expr expression)
    {
        switch (expression)
        {
            case Expr.Attribute attribute:
                JinjaValue owner = Evaluate(attribute.Owner);
                _position = attribute.Position;
                return Members.Attribute(_state, owner, attribute.Member);
            case Expr.Element element:
                return EvaluateElement(element);
            case Expr.Slice slice:
                return EvaluateSlice(slice);
            case Expr.Call call:
                return EvaluateCall(call, caller: null);
            case Expr.Filter filter:
                return ApplyFilter(filter, null);
            case Expr.Test test:
                return EvaluateTest(test);
            case Expr.Unary unary:
                return EvaluateUnary(unary);
            case Expr.Binary binary:
                return EvaluateBinary(binary);
            case Expr.And and:
                JinjaValue conjunct = Evaluate(and.Left);
                return conjunct.IsTruthy ? Evaluate(and.Right) : conjunct;
            case Expr.Or or:
                JinjaValue disjunct = Evaluate(or.Left);
                return disjunct.IsTruthy ? disjunct : Evaluate(or.Right);
            case Expr.Compare compare:
                return EvaluateCompare(compare);
            case Expr.Concat concat:
                return EvaluateConcat(concat);
            case Expr.Conditional conditional:
                return EvaluateConditional(conditional);
            case Expr.List list:
                return new JinjaList(EvaluateAll(list.Items));
            case Expr.Tuple tuple:
                return new JinjaTuple(EvaluateAll(tuple.Items));
            case Expr.Dict dict:
                return EvaluateDict(dict);
            default:
                throw new InvalidOperationException($"expression {expression.GetType().Name} has no renderer");
        }
    }

    private JinjaValue[] EvaluateAll(IReadOnlyList<Expr> items)
    {
        JinjaValue[] values = new JinjaValue[items.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Evaluate(items[i]);
        }

        return values;
    }

    private JinjaDict EvaluateDict(Expr.Dict dict)
    {
        List<KeyValuePair<JinjaValue, JinjaValue>> entries = [];
        foreach ((Expr key, Expr value) in dict.Entries)
        {
            JinjaValue k = Evaluate(key);
            _state.Budget.Steps(k.Weight);
            entries.Add(new KeyValuePair<JinjaValue, JinjaValue>(k, Evaluate(value)));
        }

        _position = dict.Position;
        return new JinjaDict(entries);
    }

    private JinjaValue EvaluateElement(Expr.Element element)
    {
        JinjaValue owner = Evaluate(element.Owner);
        JinjaValue key = Evaluate(element.Key);
        _position = element.Position;
        return Members.Element(_state, owner, key);
    }

    private JinjaValue EvaluateSlice(Expr.Slice slice)
    {
        JinjaValue owner = Evaluate(slice.Owner);
        JinjaValue? start = slice.Start is null ? null : Evaluate(slice.Start);
        JinjaValue? stop = slice.Stop is null ? null : Evaluate(slice.Stop);
        JinjaValue? step = slice.Step is null ? null : Evaluate(slice.Step);
        _position = slice.Position;
        return Operators.Slice(_state, owner, start, stop, step) ?? throw (owner is JinjaUndefined undefined
            ? undefined.Error
            : JinjaException.Operation($"'{owner.TypeName}' object is not subscriptable with a slice"));
    }

    private JinjaValue EvaluateUnary(Expr.Unary unary)
    {
        JinjaValue operand = Evaluate(unary.Operand);
        _position = unary.Position;
        return unary.Operator switch
        {
            UnaryOperator.Not => JinjaBoolean.Of(!operand.IsTruthy),
            UnaryOperator.Negate => Arithmetic.Negate(operand),
            _ => Arithmetic.Plus(operand),
        };
    }

    private JinjaValue EvaluateBinary(Expr.Binary binary)
    {
        JinjaValue left = Evaluate(binary.Left);
        JinjaValue right = Evaluate(binary.Right);
        _position = binary.Position;
        return binary.Operator switch
        {
            BinaryOperator.Add => Arithmetic.Add(_state, left, right),
            BinaryOperator.Subtract => Arithmetic.Subtract(left, right),
            BinaryOperator.Multiply => Arithmetic.Multiply(_state, left, right),
            BinaryOperator.Divide => Arithmetic.Divide(left, right),
            BinaryOperator.FloorDivide => Arithmetic.FloorDivide(left, right),
            BinaryOperator.Modulo => Arithmetic.Modulo(_state, left, right),
            _ => Arithmetic.Power(left, right),
        };
    }

    private JinjaBoolean EvaluateCompare(Expr.Compare compare)
    {
        JinjaValue left = Evaluate(compare.First);
        foreach ((string symbol, Expr operand) in compare.Rest)
        {
            JinjaValue right = Evaluate(operand);
            _position = compare.Position;
            bool holds = symbol switch
            {
                "==" => Operators.AreEqual(_state, left, right),
                "!=" => !Operators.AreEqual(_state, left, right),
                "in" => Operators.Contains(_state, right, left),
                "not in" => !Operators.Contains(_state, right, left),
                "<" => Operators.Compare(_state, left, right, symbol) < 0,
                "<=" => Operators.Compare(_state, left, right, symbol) <= 0,
                ">" => Operators.Compare(_state, left, right, symbol) > 0,
                _ => Operators.Compare(_state, left, right, symbol) >= 0,
            };
            if (!holds)
            {
                return JinjaBoolean.False;
            }

            left = right;
        }

        return JinjaBoolean.True;
    }

    private JinjaString EvaluateConcat(Expr.Concat concat)
    {
        JinjaValue[] parts = EvaluateAll(concat.Parts);
        _position = concat.Position;
        JinjaStringBuilder builder = new(_state.Budget);
        foreach (JinjaValue part in parts)
        {
            part.WriteText(builder);
        }

        return builder.ToValue();
    }

    private JinjaValue EvaluateConditional(Expr.Conditional conditional)
    {
        if (Evaluate(conditional.Condition).IsTruthy)
        {
            return Evaluate(conditional.Value);
        }

        return conditional.Otherwise is null
            ? new JinjaUndefined("the condition of an inline 'if' is false and it has no 'else'")
            : Evaluate(conditional.Otherwise);
    }

    private JinjaBoolean EvaluateTest(Expr.Test test)
    {
        _position = test.Position;
        Test function = TestTable.Find(test.TestName);
        JinjaValue value = Evaluate(test.Value);
        Arguments arguments = EvaluateArguments(test.Arguments, caller: null);
        _position = test.Position;
        return JinjaBoolean.Of(function(_state, value, arguments));
    }

    /// <summary>Applies a filter, or a chain of filters over the text of a block.</summary>
    private JinjaValue ApplyFilter(Expr.Filter filter, JinjaValue? blockText)
    {
        _position = filter.Position;
        Filter function = FilterTable.Find(filter.FilterName);
        JinjaValue value = filter.Value switch
        {
            null => blockText!,
            Expr.Filter inner when blockText is not null => ApplyInner(inner, blockText),
            _ => Evaluate(filter.Value),
        };
        Arguments arguments = EvaluateArguments(filter.Arguments, caller: null);
        _position = filter.Position;
        return function(_state, value, arguments);
    }

    private JinjaValue ApplyInner(Expr.Filter inner, JinjaValue blockText)
    {
        _state.Budget.Enter();
        JinjaValue value = ApplyFilter(inner, blockText);
        _state.Budget.Leave();
        return value;
    }

    private JinjaValue EvaluateCall(Expr.Call call, MacroValue? caller)
    {
        JinjaValue callee = Evaluate(call.Callee);
        Arguments arguments = EvaluateArguments(call.Arguments, caller);
        _position = call.Position;
        return callee.Call(_state, arguments);
    }

    private Arguments EvaluateArguments(CallArguments written, MacroValue? caller)
    {
        if (ReferenceEquals(written, CallArguments.None) && caller is null)
        {
            return Arguments.None;
        }

        List<JinjaValue> positional = [.. EvaluateAll(written.Positional)];
        List<KeyValuePair<string, JinjaValue>> named = [];
        foreach ((string name, Expr value) in written.Named)
        {
            named.Add(new KeyValuePair<string, JinjaValue>(name, Evaluate(value)));
        }

        if (written.Sequence is not null)
        {
            positional.AddRange(Evaluate(written.Sequence).ToElements(_state));
        }

        if (written.Mapping is not null)
        {
            JinjaDict mapping = Evaluate(written.Mapping) as JinjaDict
                ?? throw JinjaException.Operation("the argument after ** must be a mapping");
            AddMapping(named, mapping);
        }

        if (caller is not null)
        {
            named.Add(new KeyValuePair<string, JinjaValue>("caller", caller));
        }

        return new Arguments(positional, named);
    }

    private void AddMapping(List<KeyValuePair<string, JinjaValue>> named, JinjaDict mapping)
    {
        if (mapping.Entries.Count > Parser.MaxNamed)
        {
            throw JinjaException.Limit($"a call has more than {Parser.MaxNamed} named arguments");
        }

        _state.Budget.Steps(mapping.Entries.Count);
        HashSet<string> names = new(named.Select(n => n.Key), StringComparer.Ordinal);
        foreach ((JinjaValue key, JinjaValue value) in mapping.Entries)
        {
            string name = (key as JinjaString ?? throw JinjaException.Operation("keywords must be strings")).Text;
            named.Add(names.Add(name)
                ? new KeyValuePair<string, JinjaValue>(name, value)
                : throw JinjaException.Operation($"got multiple values for keyword argument '{name}'"));
        }
    }
}
