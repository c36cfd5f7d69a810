using Jevons.Tokenization.ChatTemplates.Jinja.Filters;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <content>What follows a value: members, subscripts, calls, filters and tests.</content>
internal sealed partial class Parser
{
    private Expr Postfix(Expr value)
    {
        while (true)
        {
            Token token = Current;
            if (SkipOperator("."))
            {
                value = Current.Kind switch
                {
                    TokenKind.Name => new Expr.Attribute(value, Take().Text, token.Position),
                    TokenKind.Integer => new Expr.Element(value, Primary(), token.Position),
                    _ => throw Unexpected("a name or number after '.'"),
                };
            }
            else if (SkipOperator("["))
            {
                value = Subscript(value, token);
            }
            else if (token.IsOperator("("))
            {
                value = new Expr.Call(value, CallArgumentList(), token.Position);
            }
            else
            {
                return value;
            }
        }
    }

    private Expr Subscript(Expr owner, Token token)
    {
        if (SkipOperator(":"))
        {
            return SliceAfterStart(owner, null, token);
        }

        List<Expr> keys = [];
        bool isTuple = false;
        while (!SkipOperator("]"))
        {
            if (keys.Count > 0)
            {
                ExpectOperator(",");
                isTuple = true;
            }

            keys.Add(Expression());
            if (keys.Count == 1 && SkipOperator(":"))
            {
                return SliceAfterStart(owner, keys[0], token);
            }
        }

        return new Expr.Element(owner, keys.Count == 1 && !isTuple ? keys[0] : new Expr.Tuple(keys, token.Position), token.Position);
    }

    private Expr.Slice SliceAfterStart(Expr owner, Expr? start, Token token)
    {
        Expr? stop = Current.IsOperator(":") || Current.IsOperator("]") ? null : Expression();
        Expr? step = SkipOperator(":") && !Current.IsOperator("]") ? Expression() : null;
        ExpectOperator("]");
        return new Expr.Slice(owner, start, stop, step, token.Position);
    }

    private Expr FiltersAndTests(Expr value)
    {
        while (true)
        {
            Token token = Current;
            if (SkipOperator("|"))
            {
                value = FilterCall(value, token);
            }
            else if (SkipName("is"))
            {
                value = TestCall(value, token);
            }
            else if (token.IsOperator("("))
            {
                value = new Expr.Call(value, CallArgumentList(), token.Position);
            }
            else
            {
                return value;
            }
        }
    }

    private Expr.Filter FilterCall(Expr? value, Token token)
    {
        string name = DottedName("the name of a filter");
        if (!FilterTable.Has(name))
        {
            _unknown.Add((token, $"No filter named '{name}' found.", _frame));
        }

        CallArguments arguments = Current.IsOperator("(") ? CallArgumentList() : CallArguments.None;
        return new Expr.Filter(value, name, arguments, token.Position);
    }

    private Expr TestCall(Expr value, Token token)
    {
        bool negated = SkipName("not");
        string name = DottedName("the name of a test");
        if (!TestTable.Has(name))
        {
            _unknown.Add((token, $"No test named '{name}' found.", _frame));
        }

        CallArguments arguments = CallArguments.None;
        if (Current.IsOperator("("))
        {
            arguments = CallArgumentList();
        }
        else if (StartsTestArgument())
        {
            arguments = new CallArguments([Postfix(Primary())], [], null, null);
        }

        Expr test = new Expr.Test(value, name, arguments, token.Position);
        return negated ? new Expr.Unary(UnaryOperator.Not, test, token.Position) : test;
    }

    private bool StartsTestArgument()
    {
        if (Current.IsName("is"))
        {
            throw Fail(Current, "tests with 'is' cannot be chained");
        }

        return Current.Kind switch
        {
            TokenKind.Name => Current.Text is not ("else" or "or" or "and"),
            TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
            TokenKind.Operator => Current.Text is "[" or "{",
            _ => false,
        };
    }

    private string DottedName(string what)
    {
        string name = ExpectIdentifier(what).Text;
        while (SkipOperator("."))
        {
            name += "." + ExpectIdentifier(what).Text;
        }

        return name;
    }

    private CallArguments CallArgumentList()
    {
        ExpectOperator("(");
        List<Expr> positional = [];
        List<KeyValuePair<string, Expr>> named = [];
        Expr? sequence = null;
        Expr? mapping = null;
        bool first = true;
        while (!SkipOperator(")"))
        {
            if (!first)
            {
                ExpectOperator(",");
                if (SkipOperator(")"))
                {
                    break;
                }
            }

            first = false;
            Token token = Current;
            if (sequence is null && mapping is null && SkipOperator("*"))
            {
                sequence = Expression();
            }
            else if (mapping is null && SkipOperator("**"))
            {
                mapping = Expression();
            }
            else if (mapping is null && token.Kind == TokenKind.Name && Peek().IsOperator("="))
            {
                _at += 2;
                if (named.Count >= MaxNamed || named.Exists(n => string.Equals(n.Key, token.Text, StringComparison.Ordinal)))
                {
                    throw Fail(token, named.Count >= MaxNamed
                        ? $"a call has more than {MaxNamed} named arguments"
                        : $"keyword argument repeated: {token.Text}");
                }

                named.Add(new KeyValuePair<string, Expr>(token.Text, Expression()));
            }
            else if (named.Count == 0 && sequence is null && mapping is null)
            {
                positional.Add(Expression());
            }
            else
            {
                throw Fail(token, "a positional argument follows named ones");
            }
        }

        return new CallArguments(positional, named, sequence, mapping);
    }
}
