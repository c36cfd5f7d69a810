namespace Jevons.Numerics;

/// <summary>
/// xoshiro256** (Blackman and Vigna, 2018) seeded through splitmix64: small, fast, equal on every platform. State can be
/// read and restored, so that an interrupted run continues with the same numbers. Not thread-safe, not for secrets.
/// </summary>
public sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Seeds the generator.</summary>
    /// <param name="seed">Any value.</param>
    public SeededRandom(ulong seed) => (_s0, _s1, _s2, _s3) = (Split(ref seed), Split(ref seed), Split(ref seed), Split(ref seed));

    /// <summary>The four state words, to save and restore.</summary>
    public (ulong S0, ulong S1, ulong S2, ulong S3) State
    {
        get => (_s0, _s1, _s2, _s3);
        set => (_s0, _s1, _s2, _s3) = value;
    }

    /// <summary>64 uniform bits.</summary>
    /// <returns>The next value.</returns>
    public ulong NextUInt64()
    {
        ulong result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    /// <returns>The next value.</returns>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    /// <returns>The next value.</returns>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in 0..exclusive-1, without bias.</summary>
    /// <param name="exclusive">At least 1.</param>
    /// <returns>The next value.</returns>
    public int NextInt32(int exclusive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusive, 1);
        ulong limit = ulong.MaxValue - (ulong.MaxValue % (ulong)exclusive);
        ulong value;
        do
        {
            value = NextUInt64();
        }
        while (value >= limit);

        return (int)(value % (ulong)exclusive);
    }

    /// <summary>Standard normal by Box and Muller's transform.</summary>
    /// <returns>The next value.</returns>
    public double NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextDouble()));
        return radius * Math.Cos(2 * Math.PI * NextDouble());
    }

    private static ulong Split(ref ulong seed)
    {
        ulong z = seed += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
