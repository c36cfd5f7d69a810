using System.Globalization;
using System.Numerics;

namespace Jevons.Tokenization.ChatTemplates.Jinja.Values;

/// <summary>Python's <c>int</c>: exact, up to <see cref="MaxBits"/> bits.</summary>
internal sealed class JinjaInteger : JinjaValue
{
    /// <summary>Larger results are an error; no template needs them and their arithmetic could be made to take forever.</summary>
    public const int MaxBits = 4096;

    private JinjaInteger(BigInteger value) => Value = value;

    /// <summary>The value.</summary>
    public BigInteger Value { get; }

    public override string TypeName => "int";

    public override bool IsTruthy => !Value.IsZero;

    /// <summary>An integer value; throws when it has more than <see cref="MaxBits"/> bits.</summary>
    public static JinjaInteger Of(BigInteger value) => value.GetBitLength() <= MaxBits
        ? new JinjaInteger(value)
        : throw JinjaException.Limit($"an integer grows beyond {MaxBits} bits");

    public override void WriteRepr(JinjaStringBuilder target, int depth) =>
        target.Append(Value.ToString(CultureInfo.InvariantCulture), isContent: false);

    public override bool EqualTo(JinjaValue other) => Numbers.AreEqual(this, other);

    public override int Hash() => Numbers.Hash(this);
}
