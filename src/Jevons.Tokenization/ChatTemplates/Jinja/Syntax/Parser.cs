using System.Runtime.CompilerServices;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>
/// Recursive descent over the tokens of a template. This part holds what expressions and statements share; the other parts
/// hold the grammar of each.
/// </summary>
internal sealed partial class Parser
{
    /// <summary>Expressions and statements may nest this deep in the text.</summary>
    private const int MaxNesting = 200;

    /// <summary>A signature has at most this many parameters and a call this many named arguments.</summary>
    public const int MaxNamed = 1000;

    private readonly SourceText _source;
    private readonly IReadOnlyList<Token> _tokens;

    // Unknown filters and tests, each with the frame it stands in. Those under a condition of the same frame fail only when
    // they are reached; others fail the template, as they do in the original. Loops and macros begin a frame, conditions do not.
    private readonly List<(Token Token, string Reason, int Frame)> _unknown = [];
    private int _frame;
    private int _at;
    private int _nesting;

    private Parser(SourceText source)
    {
        _source = source;
        _tokens = Lexer.Tokenize(source);
    }

    private Token Current => _tokens[_at];

    /// <summary>Parses a template.</summary>
    public static IReadOnlyList<Stmt> Parse(SourceText source)
    {
        Parser parser = new(source);
        IReadOnlyList<Stmt> body = parser.Body([]);
        return parser._unknown.Count == 0 ? body : throw parser.Fail(parser._unknown[0].Token, parser._unknown[0].Reason);
    }

    private Token Peek() => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    private Token Take() => _tokens[_at < _tokens.Count - 1 ? _at++ : _at];

    private bool SkipName(string name)
    {
        bool found = Current.IsName(name);
        _at += found ? 1 : 0;
        return found;
    }

    private bool SkipOperator(string symbol)
    {
        bool found = Current.IsOperator(symbol);
        _at += found ? 1 : 0;
        return found;
    }

    private void ExpectOperator(string symbol)
    {
        if (!SkipOperator(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    private void ExpectName(string name)
    {
        if (!SkipName(name))
        {
            throw Unexpected($"'{name}'");
        }
    }

    private Token ExpectIdentifier(string what) => Current.Kind == TokenKind.Name ? Take() : throw Unexpected(what);

    private void Expect(TokenKind kind)
    {
        if (Current.Kind != kind)
        {
            throw Unexpected(new Token(kind, "", 0).Describe());
        }

        _ = Take();
    }

    private JinjaException Unexpected(string expected) => Fail(Current, $"found {Current.Describe()}, expected {expected}");

    private JinjaException Fail(Token token, string reason) => _source.Error(token.Position, reason);

    private void Enter()
    {
        if (++_nesting > MaxNesting || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Fail(Current, $"expressions or statements nest more than {MaxNesting} levels deep");
        }
    }

    private void Leave() => _nesting--;

    private void ForgiveUnknown(int from)
    {
        int kept = from;
        for (int i = from; i < _unknown.Count; i++)
        {
            if (_unknown[i].Frame != _frame)
            {
                _unknown[kept++] = _unknown[i];
            }
        }

        _unknown.RemoveRange(kept, _unknown.Count - kept);
    }
}
