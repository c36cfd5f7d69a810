using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Syntax;

/// <summary>
/// Cuts a template into tokens. Whitespace control is settled here: <c>-</c> takes all whitespace on its side of a tag,
/// a block or comment alone on its line loses the blanks before it (unless <c>+</c>) and the line end after it (unless
/// <c>+</c>).
/// </summary>
internal sealed class Lexer
{
    private static readonly string[] s_operators =
    [
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";",
    ];

    private readonly SourceText _source;
    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private int _at;

    // True when the text before _at ends a line: what a tag at the very start of data may strip up to.
    private bool _lineStarts = true;

    private Lexer(SourceText source)
    {
        _source = source;
        _text = source.Text;
    }

    /// <summary>All tokens, the last of kind <see cref="TokenKind.End"/>.</summary>
    public static IReadOnlyList<Token> Tokenize(SourceText source)
    {
        Lexer lexer = new(source);
        lexer.Run();
        return lexer._tokens;
    }

    private void Run()
    {
        while (_at < _text.Length)
        {
            int tag = NextTag(_at);
            if (tag < 0)
            {
                AddData(_at, _text.Length);
                break;
            }

            char type = _text[tag + 1];
            if (type == '%' && RawBegin(tag) is { } raw)
            {
                AddData(_at, StripBefore(_at, tag, isVariable: false));
                _at = raw;
                Raw(tag);
                continue;
            }

            AddData(_at, StripBefore(_at, tag, type == '{'));
            _at = tag + (HasSign(tag) ? 3 : 2);
            if (type == '#')
            {
                Comment(tag);
            }
            else
            {
                _tokens.Add(new Token(type == '{' ? TokenKind.VariableBegin : TokenKind.BlockBegin, "", tag));
                Tag(tag, type == '{');
            }
        }

        _tokens.Add(new Token(TokenKind.End, "", _text.Length));
    }

    private int NextTag(int from)
    {
        for (int at = from; (at = _text.IndexOf('{', at)) >= 0 && at + 1 < _text.Length; at++)
        {
            if (_text[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    private bool HasSign(int tag) => tag + 2 < _text.Length && _text[tag + 2] is '-' or '+';

    private void AddData(int start, int end)
    {
        if (end > start)
        {
            _tokens.Add(new Token(TokenKind.Data, _text[start..end], start));
        }
    }

    /// <summary>Where data before a tag ends once its trailing whitespace is treated as the tag asks.</summary>
    private int StripBefore(int start, int tag, bool isVariable)
    {
        char sign = HasSign(tag) ? _text[tag + 2] : '\0';
        if (sign == '-')
        {
            return TrimEnd(start, tag);
        }

        if (sign == '+' || isVariable)
        {
            return tag;
        }

        int lineStart = tag == start ? start : _text.LastIndexOf('\n', tag - 1, tag - start) + 1;
        bool atLineStart = lineStart > start || _lineStarts;
        lineStart = Math.Max(lineStart, start);
        return atLineStart && TrimEnd(lineStart, tag) == lineStart ? lineStart : tag;
    }

    private int TrimEnd(int start, int end)
    {
        while (end > start && PythonText.IsSpace(_text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private int SkipSpaces(int at)
    {
        while (at < _text.Length && PythonText.IsSpace(_text[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>Recognises <c>{% raw %}</c> with its signs; returns the position after it.</summary>
    private int? RawBegin(int tag)
    {
        int at = SkipSpaces(tag + (HasSign(tag) ? 3 : 2));
        if (!StartsWith(at, "raw"))
        {
            return null;
        }

        at = SkipSpaces(at + 3);
        return StartsWith(at, "-%}") ? SkipSpaces(at + 3) : StartsWith(at, "%}") ? at + 2 : null;
    }

    private void Raw(int opened)
    {
        _lineStarts = _at > 0 && _text[_at - 1] == '\n';
        for (int tag = _at; (tag = _text.IndexOf("{%", tag, StringComparison.Ordinal)) >= 0; tag++)
        {
            int name = SkipSpaces(tag + (HasSign(tag) ? 3 : 2));
            int end = StartsWith(name, "endraw") ? BlockEnd(SkipSpaces(name + 6)) : -1;
            if (end >= 0)
            {
                AddData(_at, StripBefore(_at, tag, isVariable: false));
                MoveTo(end);
                return;
            }
        }

        throw _source.Error(opened, "found {% raw %} without {% endraw %}");
    }

    private void Comment(int opened)
    {
        int close = _text.IndexOf("#}", _at, StringComparison.Ordinal);
        if (close < 0)
        {
            throw _source.Error(opened, "found '{#' without '#}'");
        }

        char sign = close > _at ? _text[close - 1] : '\0';
        MoveTo(sign == '-' ? SkipSpaces(close + 2) : sign == '+' ? close + 2 : SkipLineEnd(close + 2));
    }

    /// <summary>The position after a block's end at a position, its whitespace treated; -1 when there is no block end there.</summary>
    private int BlockEnd(int at) =>
        StartsWith(at, "-%}") ? SkipSpaces(at + 3) : StartsWith(at, "+%}") ? at + 3 : StartsWith(at, "%}") ? SkipLineEnd(at + 2) : -1;

    private int VariableEnd(int at) => StartsWith(at, "-}}") ? SkipSpaces(at + 3) : StartsWith(at, "}}") ? at + 2 : -1;

    private int SkipLineEnd(int at) => at < _text.Length && _text[at] == '\n' ? at + 1 : at;

    private bool StartsWith(int at, string part) => _text.AsSpan(Math.Min(at, _text.Length)).StartsWith(part, StringComparison.Ordinal);

    private void MoveTo(int at)
    {
        _at = at;
        _lineStarts = at > 0 && _text[at - 1] == '\n';
    }

    private void Tag(int opened, bool isVariable)
    {
        Stack<char> open = new();
        while (true)
        {
            _at = SkipSpaces(_at);
            if (_at >= _text.Length)
            {
                throw _source.Error(opened, isVariable ? "found '{{' without '}}'" : "found '{%' without '%}'");
            }

            int end = open.Count > 0 ? -1 : isVariable ? VariableEnd(_at) : BlockEnd(_at);
            if (end >= 0)
            {
                _tokens.Add(new Token(isVariable ? TokenKind.VariableEnd : TokenKind.BlockEnd, "", _at));
                MoveTo(end);
                return;
            }

            Token token = Next();
            if (token.Kind == TokenKind.Operator)
            {
                Balance(open, token);
            }

            _tokens.Add(token);
        }
    }

    private void Balance(Stack<char> open, Token token)
    {
        switch (token.Text)
        {
            case "(":
                open.Push(')');
                break;
            case "[":
                open.Push(']');
                break;
            case "{":
                open.Push('}');
                break;
            case ")" or "]" or "}":
                if (!open.TryPop(out char expected) || expected != token.Text[0])
                {
                    throw _source.Error(token.Position, expected == '\0'
                        ? $"unexpected '{token.Text}'"
                        : $"unexpected '{token.Text}', expected '{expected}'");
                }

                break;
        }
    }

    private Token Next()
    {
        int start = _at;
        char c = _text[start];
        if (char.IsAsciiDigit(c))
        {
            return Number();
        }

        if (c is '\'' or '"')
        {
            return StringLiteral.Read(_source, ref _at);
        }

        if (c == '_' || char.IsLetter(c))
        {
            while (_at < _text.Length && (_text[_at] == '_' || char.IsLetterOrDigit(_text[_at])))
            {
                _at++;
            }

            return new Token(TokenKind.Name, _text[start.._at], start);
        }

        foreach (string symbol in s_operators)
        {
            if (StartsWith(start, symbol))
            {
                _at += symbol.Length;
                return new Token(TokenKind.Operator, symbol, start);
            }
        }

        throw _source.Error(start, $"unexpected character '{c}' in a tag");
    }

    private Token Number()
    {
        int start = _at;
        if (_text[start] == '0' && start + 1 < _text.Length && char.ToLowerInvariant(_text[start + 1]) is 'x' or 'o' or 'b')
        {
            int digits = start + 2;
            while (digits < _text.Length && (char.IsAsciiHexDigit(_text[digits]) || _text[digits] == '_'))
            {
                digits++;
            }

            if (Numbers.TryParseInteger(_text[start..digits], 0, out _))
            {
                _at = digits;
                return new Token(TokenKind.Integer, _text[start..digits], start);
            }
        }

        _at = Digits(start);
        bool isFloat = false;
        bool afterDot = start > 0 && _text[start - 1] == '.';
        if (!afterDot && _at + 1 < _text.Length && _text[_at] == '.' && char.IsAsciiDigit(_text[_at + 1]))
        {
            _at = Digits(_at + 1);
            isFloat = true;
        }

        if (!afterDot && _at < _text.Length && _text[_at] is 'e' or 'E')
        {
            int exponent = _at + 1 < _text.Length && _text[_at + 1] is '+' or '-' ? _at + 2 : _at + 1;
            if (exponent < _text.Length && char.IsAsciiDigit(_text[exponent]))
            {
                _at = Digits(exponent);
                isFloat = true;
            }
        }

        if (!isFloat && _text[start] == '0')
        {
            // An integer that starts with zero is zero; what follows is another token.
            _at = start + 1;
            while (_at < _text.Length && (_text[_at] == '0' || (_text[_at] == '_' && _at + 1 < _text.Length && _text[_at + 1] == '0')))
            {
                _at++;
            }
        }

        return new Token(isFloat ? TokenKind.Float : TokenKind.Integer, _text[start.._at], start);
    }

    private int Digits(int at)
    {
        while (at < _text.Length && (char.IsAsciiDigit(_text[at])
            || (_text[at] == '_' && at + 1 < _text.Length && char.IsAsciiDigit(_text[at + 1]))))
        {
            at++;
        }

        return at;
    }
}
