using System.Numerics;
using Jevons.Tokenization.ChatTemplates.Jinja.Rendering;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>range</c>, with the sandbox's limit of 100,000 elements.</summary>
internal sealed class JinjaRange : JinjaValue
{
    /// <summary>Longer ranges are an error, as in the sandbox whose templates these are.</summary>
    public const int MaxLength = 100_000;

    private readonly BigInteger _start;
    private readonly BigInteger _stop;
    private readonly BigInteger _step;
    private readonly int _count;

    /// <summary>Makes a range; <paramref name="step"/> is not zero.</summary>
    public JinjaRange(BigInteger start, BigInteger stop, BigInteger step)
    {
        if (step.IsZero)
        {
            throw JinjaException.Operation("range() arg 3 must not be zero");
        }

        BigInteger distance = step.Sign > 0 ? stop - start : start - stop;
        BigInteger size = BigInteger.Abs(step);
        BigInteger count = distance.Sign <= 0 ? BigInteger.Zero : (distance + size - 1) / size;
        if (count > MaxLength)
        {
            throw JinjaException.Limit($"range is longer than {MaxLength} elements");
        }

        (_start, _stop, _step) = (JinjaInteger.Of(start).Value, JinjaInteger.Of(stop).Value, JinjaInteger.Of(step).Value);
        _count = (int)count;
    }

    public override string TypeName => "range";

    public override bool IsTruthy => _count > 0;

    public override int? Length => _count;

    public override void WriteRepr(JinjaStringBuilder target, int depth) =>
        target.Append(_step.IsOne ? $"range({_start}, {_stop})" : $"range({_start}, {_stop}, {_step})", isContent: false);

    public override IEnumerator<JinjaValue> Iterate(RenderState state) => Values().GetEnumerator();

    public override JinjaValue? Element(JinjaValue key, RenderState state)
    {
        if (!Numbers.TryInteger(key, out BigInteger index))
        {
            return null;
        }

        index += index.Sign < 0 ? _count : 0;
        return index.Sign < 0 || index >= _count ? null : At((int)index);
    }

    public override bool EqualTo(JinjaValue other) => other is JinjaRange range && range._count == _count
        && (_count == 0 || (range._start == _start && (_count == 1 || range._step == _step)));

    public override int Hash() => HashCode.Combine(_count, _count > 0 ? _start : 0, _count > 1 ? _step : 0);

    /// <summary>The range of the elements from one index up to another by a stride.</summary>
    public JinjaRange Part(BigInteger from, BigInteger to, BigInteger stride) =>
        new(_start + (_step * from), _start + (_step * to), _step * stride);

    private JinjaInteger At(int index) => JinjaInteger.Of(_start + (_step * index));

    private IEnumerable<JinjaValue> Values()
    {
        for (int i = 0; i < _count; i++)
        {
            yield return At(i);
        }
    }
}
