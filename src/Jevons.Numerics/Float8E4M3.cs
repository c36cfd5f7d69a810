namespace Jevons.Numerics;

/// <summary>
/// e4m3fn: sign, 4 exponent bits (bias 7), 3 significand bits; largest 448, no infinity, NaN = 0x7F and 0xFF
/// (DeepSeek-V3, arXiv 2412.19437, section 3.3; "FP8 formats for deep learning", arXiv 2209.05433).
/// </summary>
/// <param name="bits">The raw bits.</param>
public readonly struct Float8E4M3(byte bits) : IEquatable<Float8E4M3>
{
    /// <summary>The largest finite value.</summary>
    public const float MaxValue = 448f;

    private static readonly float[] s_widen = BuildTable();

    /// <summary>The raw bits.</summary>
    public byte Bits { get; } = bits;

    /// <summary>The 256 values by their bits, for kernels that widen by table.</summary>
    public static ReadOnlySpan<float> WidenTable => s_widen;

    /// <summary>Widens exactly.</summary>
    /// <param name="value">The value.</param>
    public static explicit operator float(Float8E4M3 value) => s_widen[value.Bits];

    /// <summary>Rounds to nearest, ties to even; magnitudes beyond 448 saturate to 448, NaN stays NaN.</summary>
    /// <param name="value">The value.</param>
    public static explicit operator Float8E4M3(float value)
    {
        byte sign = (byte)(BitConverter.SingleToUInt32Bits(value) >> 24 & 0x80);
        float magnitude = MathF.Abs(value);
        if (float.IsNaN(value))
        {
            return new Float8E4M3((byte)(sign | 0x7F));
        }

        if (magnitude >= MaxValue)
        {
            return new Float8E4M3((byte)(sign | 0x7E));
        }

        // Below 2^-6 the spacing is 2^-9; above, 2^(exponent - 3). Multiplying by a power of two is exact.
        int exponent = Math.Max(magnitude == 0 ? -6 : Math.ILogB(magnitude), -6);
        int steps = (int)MathF.Round(MathF.ScaleB(magnitude, 3 - exponent), MidpointRounding.ToEven);
        int code = ((exponent + 6) << 3) + steps;
        return new Float8E4M3((byte)(sign | Math.Min(code, 0x7E)));
    }

    /// <summary>Equal bits.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">Another value.</param>
    public static bool operator ==(Float8E4M3 left, Float8E4M3 right) => left.Bits == right.Bits;

    /// <summary>Different bits.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">Another value.</param>
    public static bool operator !=(Float8E4M3 left, Float8E4M3 right) => left.Bits != right.Bits;

    /// <inheritdoc/>
    public bool Equals(Float8E4M3 other) => Bits == other.Bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Float8E4M3 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Bits;

    /// <inheritdoc/>
    public override string ToString() => ((float)this).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static float[] BuildTable()
    {
        float[] table = new float[256];
        for (int i = 0; i < 256; i++)
        {
            int exponent = i >> 3 & 15;
            int significand = i & 7;
            float magnitude = exponent == 0
                ? MathF.ScaleB(significand, -9)
                : MathF.ScaleB(8 + significand, exponent - 10);
            // float.NaN has its sign set; this one has not.
            magnitude = (i & 0x7F) == 0x7F ? BitConverter.UInt32BitsToSingle(0x7FC0_0000) : magnitude;
            table[i] = i >= 128 ? -magnitude : magnitude;
        }

        return table;
    }
}
