using Jevons.Tokenization;

namespace Jevons.Inference;

/// <summary>
/// Turns generated tokens into typed parts as they come. Rules:
/// <list type="bullet">
/// <item>A model without thinking tags has only an answer, given out exactly.</item>
/// <item>Thinking opens at the start of the output only (white space may precede the tag); a later opening tag is text.</item>
/// <item>Line breaks directly after either tag and directly before the closing tag belong to no part.</item>
/// <item>A closing tag without an opening one turns what came before it into thinking; once thinking has closed, a further
/// closing tag is text.</item>
/// <item>Thinking that is never closed stays thinking; the answer is then empty.</item>
/// <item>Stop strings are looked for in the answer, across tokens; text that may begin one is held back, and what matches is
/// cut off exactly.</item>
/// </list>
/// Not thread-safe; one per sequence.
/// </summary>
public sealed class OutputParser
{
    private const string LineBreaks = "\r\n";

    private readonly StreamingDetokenizer _detokenizer;
    private readonly ThinkingTags? _tags;
    private readonly IReadOnlyList<string> _stop;
    private State _state;
    private bool _atStartOfPart;
    private string _pending = "";

    /// <summary>Starts a parse.</summary>
    /// <param name="detokenizer">Turns tokens into text; fresh, or fed with the prompt's last token where the output continues its text.</param>
    /// <param name="tags">The model's thinking tags, or null.</param>
    /// <param name="startsInThinking">True when the prompt ends with the opening tag.</param>
    /// <param name="stop">Stop strings.</param>
    public OutputParser(StreamingDetokenizer detokenizer, ThinkingTags? tags, bool startsInThinking, IReadOnlyList<string> stop)
    {
        _detokenizer = detokenizer;
        _tags = tags;
        _stop = stop;
        _state = tags is null ? State.Answer : startsInThinking ? State.Thinking : State.Start;
        _atStartOfPart = startsInThinking;
        HasThought = startsInThinking;
    }

    private enum State
    {
        Start,
        Thinking,
        Answer,
    }

    /// <summary>True while the tokens belong to thinking.</summary>
    public bool IsThinking => _state == State.Thinking;

    /// <summary>True when thinking was opened, here or at the end of the prompt, or closed.</summary>
    public bool HasThought { get; private set; }

    /// <summary>Tokens taken.</summary>
    public int Tokens { get; private set; }

    /// <summary>Tokens of thinking among them, generated tags included.</summary>
    public int ReasoningTokens { get; private set; }

    /// <summary>The stop string that ended the answer, or null.</summary>
    public string? StopString { get; private set; }

    /// <summary>Takes a token that is not a stop token.</summary>
    /// <param name="token">Its id.</param>
    /// <param name="output">Receives the pieces that are certain now.</param>
    /// <returns>Stop when a stop string is complete.</returns>
    public TokenVerdict Push(int token, ICollection<PartDelta> output)
    {
        Tokens++;
        bool wasThinking = IsThinking;
        TokenVerdict verdict = _tags is { AreTokens: true } && (token == _tags.OpenId || token == _tags.CloseId)
            ? PushTag(token == _tags.OpenId, output)
            : PushText(_detokenizer.Push(token), output);
        if (wasThinking || IsThinking)
        {
            ReasoningTokens++;
        }

        return verdict;
    }

    /// <summary>Ends the output and gives out what was held back.</summary>
    /// <param name="output">Receives the last pieces.</param>
    public void Finish(ICollection<PartDelta> output)
    {
        if (StopString is null)
        {
            _pending += _detokenizer.Flush().ToString();
            Drain(isEnd: true, output);
        }
    }

    private static int HeldBack(string text, string wanted)
    {
        for (int length = Math.Min(text.Length, wanted.Length - 1); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(wanted.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }

    private TokenVerdict PushTag(bool opens, ICollection<PartDelta> output)
    {
        _pending += _detokenizer.Flush().ToString();
        if (opens && _state == State.Start && string.IsNullOrWhiteSpace(_pending))
        {
            _pending = "";
            Open();
            return TokenVerdict.Continue;
        }

        if (!opens && _state == State.Thinking)
        {
            Drain(isEnd: true, output);
            CloseThinking();
            return TokenVerdict.Continue;
        }

        if (!opens && !HasThought)
        {
            TokenVerdict verdict = Drain(isEnd: true, output);
            if (verdict == TokenVerdict.Continue)
            {
                output.Add(new PartDelta(PartKind.Thinking, "", MovesAnswerToThinking: true));
                ReasoningTokens = Tokens;
                CloseThinking();
            }

            return verdict;
        }

        return PushText(opens ? _tags!.Open : _tags!.Close, output);
    }

    private TokenVerdict PushText(ReadOnlySpan<char> text, ICollection<PartDelta> output)
    {
        if (text.IsEmpty)
        {
            return TokenVerdict.Continue;
        }

        _pending += text.ToString();
        return Drain(isEnd: false, output);
    }

    private void Open()
    {
        _state = State.Thinking;
        HasThought = _atStartOfPart = true;
    }

    private void CloseThinking()
    {
        _state = State.Answer;
        HasThought = _atStartOfPart = true;
    }

    private TokenVerdict Drain(bool isEnd, ICollection<PartDelta> output)
    {
        if (_state == State.Start && !LeaveStart(isEnd))
        {
            return TokenVerdict.Continue;
        }

        if (_state == State.Thinking && !DrainThinking(isEnd, output))
        {
            return TokenVerdict.Continue;
        }

        return DrainAnswer(isEnd, output);
    }

    // White space alone, or the beginning of a tag that is text, does not decide yet.
    private bool LeaveStart(bool isEnd)
    {
        ReadOnlySpan<char> text = _pending.AsSpan().TrimStart();
        bool inText = !_tags!.AreTokens;
        if (inText && text.StartsWith(_tags.Open, StringComparison.Ordinal))
        {
            _pending = text[_tags.Open.Length..].ToString();
            Open();
            return true;
        }

        if (!isEnd && (text.IsEmpty || (inText && _tags.Open.AsSpan().StartsWith(text, StringComparison.Ordinal))))
        {
            return false;
        }

        _state = State.Answer;
        return true;
    }

    // True when the closing tag was found in the text and an answer follows.
    private bool DrainThinking(bool isEnd, ICollection<PartDelta> output)
    {
        SkipLineBreaks();
        int held = 0;
        if (!_tags!.AreTokens)
        {
            int close = _pending.IndexOf(_tags.Close, StringComparison.Ordinal);
            if (close >= 0)
            {
                Emit(PartKind.Thinking, _pending[..close].TrimEnd('\r', '\n'), output);
                _pending = _pending[(close + _tags.Close.Length)..];
                CloseThinking();
                return true;
            }

            held = isEnd ? 0 : HeldBack(_pending, _tags.Close);
        }

        int length = _pending.AsSpan(0, _pending.Length - held).TrimEnd(LineBreaks).Length;
        Emit(PartKind.Thinking, _pending[..length], output);
        _pending = isEnd ? "" : _pending[length..];
        return false;
    }

    private TokenVerdict DrainAnswer(bool isEnd, ICollection<PartDelta> output)
    {
        SkipLineBreaks();
        int first = _pending.Length;
        int held = 0;
        foreach (string stop in _stop)
        {
            int index = _pending.IndexOf(stop, StringComparison.Ordinal);
            if (index >= 0 && index < first)
            {
                first = index;
                StopString = stop;
            }

            held = isEnd ? 0 : Math.Max(held, HeldBack(_pending, stop));
        }

        if (StopString is not null)
        {
            Emit(PartKind.Answer, _pending[..first], output);
            _pending = "";
            return TokenVerdict.Stop;
        }

        int length = _pending.Length - held;
        Emit(PartKind.Answer, _pending[..length], output);
        _pending = _pending[length..];
        return TokenVerdict.Continue;
    }

    private void SkipLineBreaks()
    {
        if (_atStartOfPart)
        {
            _pending = _pending.TrimStart('\r', '\n');
            _atStartOfPart = _pending.Length == 0;
        }
    }

    private static void Emit(PartKind kind, string text, ICollection<PartDelta> output)
    {
        if (text.Length > 0)
        {
            output.Add(new PartDelta(kind, text));
        }
    }
}
