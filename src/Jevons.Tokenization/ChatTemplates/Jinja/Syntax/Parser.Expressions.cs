using System.Globalization;
using System.Text;
using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <content>
/// Expressions, loosest first: conditional, or, and, not, comparison, + -, ~, * / // %, **, sign, postfix, filter and test.
/// </content>
internal sealed partial class Parser
{
    private Expr Expression(bool allowConditional = true)
    {
        Enter();
        Expr value = allowConditional ? Conditional() : Or();
        Leave();
        return value;
    }

    private Expr Conditional()
    {
        int unknownBefore = _unknown.Count;
        Expr value = Or();
        while (Current.IsName("if"))
        {
            Token token = Take();
            Expr condition = Or();
            Expr? otherwise = SkipName("else") ? Expression() : null;
            value = new Expr.Conditional(condition, value, otherwise, token.Position);
            ForgiveUnknown(unknownBefore);
        }

        return value;
    }

    private Expr Or()
    {
        Expr left = And();
        while (Current.IsName("or"))
        {
            Token token = Take();
            left = new Expr.Or(left, And(), token.Position);
        }

        return left;
    }

    private Expr And()
    {
        Expr left = Not();
        while (Current.IsName("and"))
        {
            Token token = Take();
            left = new Expr.And(left, Not(), token.Position);
        }

        return left;
    }

    private Expr Not()
    {
        if (!Current.IsName("not"))
        {
            return Comparison();
        }

        Token token = Take();
        Enter();
        Expr operand = Not();
        Leave();
        return new Expr.Unary(UnaryOperator.Not, operand, token.Position);
    }

    private Expr Comparison()
    {
        Token start = Current;
        Expr first = Sum();
        List<KeyValuePair<string, Expr>> rest = [];
        while (true)
        {
            if (Current.Kind == TokenKind.Operator && Current.Text is "==" or "!=" or "<" or "<=" or ">" or ">=")
            {
                rest.Add(new KeyValuePair<string, Expr>(Take().Text, Sum()));
            }
            else if (SkipName("in"))
            {
                rest.Add(new KeyValuePair<string, Expr>("in", Sum()));
            }
            else if (Current.IsName("not") && Peek().IsName("in"))
            {
                _at += 2;
                rest.Add(new KeyValuePair<string, Expr>("not in", Sum()));
            }
            else
            {
                return rest.Count == 0 ? first : new Expr.Compare(first, rest, start.Position);
            }
        }
    }

    private Expr Sum()
    {
        Expr left = Concatenation();
        while (Current.Kind == TokenKind.Operator && Current.Text is "+" or "-")
        {
            Token token = Take();
            left = new Expr.Binary(token.Text == "+" ? BinaryOperator.Add : BinaryOperator.Subtract, left, Concatenation(), token.Position);
        }

        return left;
    }

    private Expr Concatenation()
    {
        Token start = Current;
        Expr first = Product();
        if (!Current.IsOperator("~"))
        {
            return first;
        }

        List<Expr> parts = [first];
        while (SkipOperator("~"))
        {
            parts.Add(Product());
        }

        return new Expr.Concat(parts, start.Position);
    }

    private Expr Product()
    {
        Expr left = Power();
        while (Current.Kind == TokenKind.Operator && Current.Text is "*" or "/" or "//" or "%")
        {
            Token token = Take();
            BinaryOperator operation = token.Text switch
            {
                "*" => BinaryOperator.Multiply,
                "/" => BinaryOperator.Divide,
                "//" => BinaryOperator.FloorDivide,
                _ => BinaryOperator.Modulo,
            };
            left = new Expr.Binary(operation, left, Power(), token.Position);
        }

        return left;
    }

    private Expr Power()
    {
        Expr left = Unary(withFilters: true);
        while (Current.IsOperator("**"))
        {
            Token token = Take();
            left = new Expr.Binary(BinaryOperator.Power, left, Unary(withFilters: true), token.Position);
        }

        return left;
    }

    private Expr Unary(bool withFilters)
    {
        Expr value;
        if (Current.Kind == TokenKind.Operator && Current.Text is "-" or "+")
        {
            Token token = Take();
            Enter();
            value = new Expr.Unary(token.Text == "-" ? UnaryOperator.Negate : UnaryOperator.Plus, Unary(withFilters: false), token.Position);
            Leave();
        }
        else
        {
            value = Primary();
        }

        value = Postfix(value);
        return withFilters ? FiltersAndTests(value) : value;
    }

    private Expr Primary()
    {
        Token token = Current;
        switch (token.Kind)
        {
            case TokenKind.Name:
                _ = Take();
                return token.Text switch
                {
                    "true" or "True" => new Expr.Constant(JinjaBoolean.True, token.Position),
                    "false" or "False" => new Expr.Constant(JinjaBoolean.False, token.Position),
                    "none" or "None" => new Expr.Constant(JinjaNone.Instance, token.Position),
                    _ => Variable(token),
                };
            case TokenKind.String:
                return Strings();
            case TokenKind.Integer:
                _ = Take();
                return Numbers.TryParseInteger(token.Text, 0, out System.Numerics.BigInteger integer)
                    ? new Expr.Constant(JinjaInteger.Of(integer), token.Position)
                    : throw Fail(token, "found an integer with too many digits");
            case TokenKind.Float:
                _ = Take();
                return new Expr.Constant(
                    new JinjaFloat(double.Parse(token.Text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)),
                    token.Position);
            case TokenKind.Operator when token.Text == "(":
                _ = Take();
                Expr inner = Tuple(allowConditional: true, parenthesised: true);
                ExpectOperator(")");
                return inner;
            case TokenKind.Operator when token.Text == "[":
                _ = Take();
                return new Expr.List(Items("]"), token.Position);
            case TokenKind.Operator when token.Text == "{":
                return DictLiteral();
            default:
                throw Unexpected("an expression");
        }
    }

    private Expr.Name Variable(Token token)
    {
        _uses |= token.Text switch
        {
            "caller" => SpecialNames.Caller,
            "varargs" => SpecialNames.Variable,
            "kwargs" => SpecialNames.Keywords,
            _ => SpecialNames.None,
        };
        return new Expr.Name(token.Text, token.Position);
    }

    private Expr.Constant Strings()
    {
        Token token = Take();
        if (Current.Kind != TokenKind.String)
        {
            return new Expr.Constant(JinjaString.Template(token.Text), token.Position);
        }

        StringBuilder joined = new(token.Text);
        while (Current.Kind == TokenKind.String)
        {
            joined.Append(Take().Text);
        }

        return new Expr.Constant(JinjaString.Template(joined.ToString()), token.Position);
    }

    private List<Expr> Items(string close)
    {
        List<Expr> items = [];
        while (!SkipOperator(close))
        {
            if (items.Count > 0)
            {
                ExpectOperator(",");
                if (SkipOperator(close))
                {
                    break;
                }
            }

            items.Add(Expression());
        }

        return items;
    }

    private Expr.Dict DictLiteral()
    {
        Token token = Take();
        List<KeyValuePair<Expr, Expr>> entries = [];
        while (!SkipOperator("}"))
        {
            if (entries.Count > 0)
            {
                ExpectOperator(",");
                if (SkipOperator("}"))
                {
                    break;
                }
            }

            Expr key = Expression();
            ExpectOperator(":");
            entries.Add(new KeyValuePair<Expr, Expr>(key, Expression()));
        }

        return new Expr.Dict(entries, token.Position);
    }

    /// <summary>One expression, or several with commas between, which make a tuple.</summary>
    private Expr Tuple(bool allowConditional, bool parenthesised = false, string? endName = null)
    {
        Token start = Current;
        List<Expr> items = [];
        bool isTuple = false;
        while (!EndsTuple(endName))
        {
            items.Add(Expression(allowConditional));
            if (!SkipOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        if (isTuple || (items.Count == 0 && parenthesised))
        {
            return new Expr.Tuple(items, start.Position);
        }

        return items.Count == 1 ? items[0] : throw Unexpected("an expression");
    }

    private bool EndsTuple(string? endName) =>
        Current.Kind is TokenKind.VariableEnd or TokenKind.BlockEnd || Current.IsOperator(")") || (endName is not null && Current.IsName(endName));
}
