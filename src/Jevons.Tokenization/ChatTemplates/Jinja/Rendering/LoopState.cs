using Jevons.Tokenization.ChatTemplates.Jinja.Values;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

/// <summary>The variable <c>loop</c>: where an iteration stands. It reads its source only as far as it is asked to.</summary>
internal sealed class LoopState : JinjaValue
{
    private readonly RenderState _state;
    private readonly Func<JinjaValue, int, JinjaValue>? _recurse;
    private readonly int _depth0;
    private IEnumerator<JinjaValue> _iterator;
    private int? _length;
    private int _index0 = -1;
    private JinjaValue? _ahead;
    private JinjaValue? _current;
    private JinjaValue? _previous;
    private JinjaTuple? _lastChanged;

    /// <summary>Starts a loop.</summary>
    /// <param name="state">The render.</param>
    /// <param name="items">The items.</param>
    /// <param name="length">Their number, where it is known without reading them.</param>
    /// <param name="depth0">How deep a recursive loop is, from 0.</param>
    /// <param name="recurse">Renders the loop over other items one level deeper; null for a loop without <c>recursive</c>.</param>
    public LoopState(RenderState state, IEnumerator<JinjaValue> items, int? length, int depth0, Func<JinjaValue, int, JinjaValue>? recurse)
    {
        _state = state;
        _iterator = items;
        _length = length;
        _depth0 = depth0;
        _recurse = recurse;
    }

    public override string TypeName => "LoopContext";

    public override bool IsCallable => true;

    public override int? Length => CountAll();

    /// <summary>Goes to the next item; null at the end.</summary>
    public JinjaValue? Next()
    {
        JinjaValue? item = Peek();
        _ahead = null;
        if (item is not null)
        {
            _state.Budget.Steps(1);
            _index0++;
            _previous = _current;
            _current = item;
        }

        return item;
    }

    public override void WriteRepr(JinjaStringBuilder target, int depth) =>
        target.Append($"<LoopContext {_index0 + 1}/{CountAll()}>", isContent: false);

    public override JinjaValue? Attribute(string name) => name switch
    {
        "index" => JinjaInteger.Of(_index0 + 1),
        "index0" => JinjaInteger.Of(_index0),
        "revindex" => JinjaInteger.Of(CountAll() - _index0),
        "revindex0" => JinjaInteger.Of(CountAll() - _index0 - 1),
        "first" => JinjaBoolean.Of(_index0 == 0),
        "last" => JinjaBoolean.Of(Peek() is null),
        "length" => JinjaInteger.Of(CountAll()),
        "depth" => JinjaInteger.Of(_depth0 + 1),
        "depth0" => JinjaInteger.Of(_depth0),
        "previtem" => _index0 == 0 ? new JinjaUndefined("there is no previous item") : _previous,
        "nextitem" => Peek() ?? new JinjaUndefined("there is no next item"),
        "cycle" => new JinjaFunction(name, (_, arguments) => arguments.Positional.Count > 0
            ? arguments.Positional[_index0 % arguments.Positional.Count]
            : throw JinjaException.Operation("no items for cycling given")),
        "changed" => new JinjaFunction(name, Changed),
        _ => null,
    };

    public override JinjaValue Call(RenderState state, Arguments arguments) => _recurse is null
        ? throw JinjaException.Operation("The loop must have the 'recursive' marker to be called recursively.")
        : _recurse(arguments.Bind("loop()", 1, "iterable")[0]!, _depth0 + 1);

    private JinjaBoolean Changed(RenderState state, Arguments arguments)
    {
        JinjaTuple now = new([.. arguments.Positional]);
        if (_lastChanged is not null && Operators.AreEqual(state, _lastChanged, now))
        {
            return JinjaBoolean.False;
        }

        _lastChanged = now;
        return JinjaBoolean.True;
    }

    private JinjaValue? Peek()
    {
        if (_ahead is null && _iterator.MoveNext())
        {
            _ahead = _iterator.Current;
        }

        return _ahead;
    }

    private int CountAll()
    {
        if (_length is null)
        {
            List<JinjaValue> rest = [];
            while (_iterator.MoveNext())
            {
                _state.Budget.Steps(1);
                rest.Add(_iterator.Current);
            }

            _iterator = rest.GetEnumerator();
            _length = rest.Count + _index0 + 1 + (_ahead is null ? 0 : 1);
        }

        return _length.Value;
    }
}
