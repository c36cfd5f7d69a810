using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <content>Statements: text, output and the tags.</content>
internal sealed partial class Parser
{
    private int _loops;
    private SpecialNames _uses;

    /// <summary>Statements up to a tag that starts with one of the names, which is left as the current token.</summary>
    private List<Stmt> Body(ReadOnlySpan<string> endNames)
    {
        Enter();
        List<Stmt> body = [];
        while (true)
        {
            Token token = Current;
            switch (token.Kind)
            {
                case TokenKind.Data:
                    body.Add(new Stmt.Data(JinjaString.Template(Take().Text), token.Position));
                    break;
                case TokenKind.VariableBegin:
                    _ = Take();
                    body.Add(new Stmt.Output(Tuple(allowConditional: true), token.Position));
                    Expect(TokenKind.VariableEnd);
                    break;
                case TokenKind.BlockBegin:
                    _ = Take();
                    if (Current.Kind == TokenKind.Name && endNames.Contains(Current.Text))
                    {
                        Leave();
                        return body;
                    }

                    Statement(body);
                    Expect(TokenKind.BlockEnd);
                    break;
                default:
                    Leave();
                    return endNames.IsEmpty
                        ? body
                        : throw Fail(token, $"the template ends where '{{% {endNames[^1]} %}}' is expected");
            }
        }
    }

    /// <summary>The body of a tag that its own end tag closes; the end tag's name is taken.</summary>
    private List<Stmt> BlockBody(string endName)
    {
        EndTag();
        _frame++;
        List<Stmt> body = Body([endName]);
        _frame--;
        _ = Take();
        return body;
    }

    private void EndTag()
    {
        _ = SkipOperator(":");
        Expect(TokenKind.BlockEnd);
    }

    private void Statement(List<Stmt> body)
    {
        Token token = ExpectIdentifier("the name of a tag");
        switch (token.Text)
        {
            case "if":
                body.Add(If(token));
                break;
            case "for":
                body.Add(For(token));
                break;
            case "set":
                body.Add(Set(token));
                break;
            case "macro":
                body.Add(Macro(token));
                break;
            case "call":
                body.Add(CallBlock(token));
                break;
            case "filter":
                Expr.Filter filter = BlockFilter(token)!;
                body.Add(new Stmt.FilterBlock(filter, BlockBody("endfilter"), token.Position));
                break;
            case "with":
                body.Add(With(token));
                break;
            case "print":
                Print(token, body);
                break;
            case "break" or "continue":
                if (_loops == 0)
                {
                    throw Fail(token, $"'{token.Text}' outside of a loop");
                }

                body.Add(token.Text == "break" ? new Stmt.Break(token.Position) : new Stmt.Continue(token.Position));
                break;
            case "generation":
                body.Add(new Stmt.Scoped(BlockBody("endgeneration"), token.Position));
                break;
            case "block":
                body.Add(Block(token));
                break;
            case "include" or "import" or "from" or "extends":
                throw Fail(token, $"'{token.Text}' needs other templates; a chat template stands alone");
            case "autoescape":
                throw Fail(token, "'autoescape' is not accepted: a chat template is not HTML");
            default:
                throw Fail(token, $"unknown tag '{token.Text}'");
        }
    }

    private Stmt.If If(Token token)
    {
        int unknownBefore = _unknown.Count;
        List<KeyValuePair<Expr, IReadOnlyList<Stmt>>> branches = [];
        List<Stmt> otherwise = [];
        while (true)
        {
            Expr condition = Tuple(allowConditional: false);
            EndTag();
            branches.Add(new KeyValuePair<Expr, IReadOnlyList<Stmt>>(condition, Body(["elif", "else", "endif"])));
            string next = Take().Text;
            if (next == "elif")
            {
                continue;
            }

            if (next == "else")
            {
                EndTag();
                otherwise = Body(["endif"]);
                _ = Take();
            }

            ForgiveUnknown(unknownBefore);
            return new Stmt.If(branches, otherwise, token.Position);
        }
    }

    private Stmt.For For(Token token)
    {
        _loops++;
        Target target = AssignmentTarget(allowNamespace: false, endName: "in");
        _loops--;
        ExpectName("in");
        Expr source = Tuple(allowConditional: false, endName: "recursive");
        _frame++;
        Expr? condition = SkipName("if") ? Expression() : null;
        bool recursive = SkipName("recursive");
        EndTag();
        _loops++;
        List<Stmt> body = Body(["else", "endfor"]);
        _loops--;
        _frame--;
        List<Stmt> otherwise = Take().Text == "else" ? BlockBody("endfor") : [];
        return new Stmt.For(target, source, condition, recursive, body, otherwise, token.Position);
    }

    private Stmt Set(Token token)
    {
        Target target = AssignmentTarget(allowNamespace: true, endName: null);
        if (SkipOperator("="))
        {
            return new Stmt.Set(target, Tuple(allowConditional: true), token.Position);
        }

        Expr.Filter? filter = SkipOperator("|") ? BlockFilter(token) : null;
        return new Stmt.SetBlock(target, filter, BlockBody("endset"), token.Position);
    }

    private Expr.Filter BlockFilter(Token token)
    {
        Expr.Filter filter = FilterCall(null, token);
        while (SkipOperator("|"))
        {
            filter = FilterCall(filter, token);
        }

        return filter;
    }

    private Stmt.With With(Token token)
    {
        List<KeyValuePair<Target, Expr>> variables = [];
        while (Current.Kind != TokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                ExpectOperator(",");
            }

            Target target = SingleTarget(allowNamespace: false);
            ExpectOperator("=");
            variables.Add(new KeyValuePair<Target, Expr>(target, Expression()));
        }

        return new Stmt.With(variables, BlockBody("endwith"), token.Position);
    }

    private Stmt.Macro Macro(Token token)
    {
        string name = ExpectIdentifier("the name of a macro").Text;
        Signature signature = MacroParameters();
        List<Stmt> body = CallableBody("endmacro", out SpecialNames uses);
        return new Stmt.Macro(name, signature with { Uses = uses }, body, token.Position);
    }

    private Stmt.CallBlock CallBlock(Token token)
    {
        Signature signature = Current.IsOperator("(") ? MacroParameters() : Signature.Empty;
        Token start = Current;
        Expr.Call call = Expression() as Expr.Call ?? throw Fail(start, "expected a call");
        List<Stmt> body = CallableBody("endcall", out SpecialNames uses);
        return new Stmt.CallBlock(signature with { Uses = uses }, call, body, token.Position);
    }

    /// <summary>A body that runs as a function of its own: a loop around its definition is not its loop.</summary>
    private List<Stmt> CallableBody(string endName, out SpecialNames uses)
    {
        int outerLoops = _loops;
        SpecialNames outerUses = _uses;
        _loops = 0;
        _uses = SpecialNames.None;
        List<Stmt> body = BlockBody(endName);
        uses = _uses;
        _loops = outerLoops;
        _uses |= outerUses;
        return body;
    }

    private Stmt.Scoped Block(Token token)
    {
        string name = ExpectIdentifier("the name of a block").Text;
        _ = SkipName("scoped");
        _ = SkipName("required");
        List<Stmt> body = CallableBody("endblock", out _);
        _ = SkipName(name);
        return new Stmt.Scoped(body, token.Position);
    }

    private void Print(Token token, List<Stmt> body)
    {
        for (bool first = true; Current.Kind != TokenKind.BlockEnd; first = false)
        {
            if (!first)
            {
                ExpectOperator(",");
            }

            body.Add(new Stmt.Output(Expression(), token.Position));
        }
    }

    private Signature MacroParameters()
    {
        Token start = Current;
        Signature signature = ParameterList();
        return signature.Parameters.Any(p => p is { Key: "caller", Value: null })
            ? throw Fail(start, "the parameter 'caller' must be omitted or be given a default")
            : signature;
    }

    private Signature ParameterList()
    {
        ExpectOperator("(");
        List<KeyValuePair<string, Expr?>> parameters = [];
        while (!SkipOperator(")"))
        {
            if (parameters.Count > 0)
            {
                ExpectOperator(",");
            }

            Token name = ExpectIdentifier("the name of a parameter");
            if (parameters.Count >= MaxNamed || parameters.Exists(p => string.Equals(p.Key, name.Text, StringComparison.Ordinal)))
            {
                throw Fail(name, parameters.Count >= MaxNamed
                    ? $"a signature has more than {MaxNamed} parameters"
                    : $"parameter '{name.Text}' is given twice");
            }

            Expr? byDefault = SkipOperator("=") ? Expression() : null;
            if (byDefault is null && parameters.Count > 0 && parameters[^1].Value is not null)
            {
                throw Fail(name, "non-default argument follows default argument");
            }

            parameters.Add(new KeyValuePair<string, Expr?>(name.Text, byDefault));
        }

        return new Signature(parameters, SpecialNames.None);
    }

    private Target AssignmentTarget(bool allowNamespace, string? endName)
    {
        Token start = Current;
        List<Target> parts = [];
        bool isTuple = false;
        while (!EndsTuple(endName) && !Current.IsOperator("="))
        {
            parts.Add(SingleTarget(allowNamespace));
            if (!SkipOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return isTuple ? new Target.Unpack(parts, start.Position) : parts.Count == 1 ? parts[0] : throw Unexpected("a name to assign to");
    }

    private Target SingleTarget(bool allowNamespace)
    {
        Token token = Current;
        if (token.Kind == TokenKind.Operator && token.Text is "(" or "[")
        {
            Enter();
            _ = Take();
            Target inner = AssignmentTarget(allowNamespace, endName: token.Text == "[" ? "]" : null);
            ExpectOperator(token.Text == "(" ? ")" : "]");
            Leave();
            return inner is Target.Unpack || token.Text == "(" ? inner : new Target.Unpack([inner], token.Position);
        }

        Token name = ExpectIdentifier("a name to assign to");
        if (name.Text is "true" or "false" or "none" or "True" or "False" or "None")
        {
            throw Fail(name, $"can't assign to '{name.Text}'");
        }

        if (name.Text == "loop" && _loops > 0)
        {
            throw Fail(name, "can't assign to 'loop' within a loop");
        }

        return allowNamespace && SkipOperator(".")
            ? new Target.NamespaceAttribute(name.Text, ExpectIdentifier("the name of an attribute").Text, name.Position)
            : new Target.Variable(name.Text, name.Position);
    }
}
