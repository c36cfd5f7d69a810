using Jevons.Kernels;

namespace Jevons.Models;

/// <summary>Bounds on sizes that a file states, so that a hostile one cannot ask for absurd work.</summary>
internal static class ConfigChecks
{
    private const int Largest = 1 << 24;
    private const int MostLayers = 4096;

    public static void Positive(string file, string what, long value) =>
        Require(value is > 0 and <= Largest, file, $"{what} is {value}, expected 1 to {Largest}");

    public static void Layers(string file, int layers) =>
        Require(layers is > 0 and <= MostLayers, file, $"number of layers is {layers}, expected 1 to {MostLayers}");

    /// <summary>What the frequencies need; anything else would only show as numbers that are none.</summary>
    public static void Rope(string file, RopeConfig rope)
    {
        Require(rope.Theta is > 0 and <= double.MaxValue, file, $"the rotary base is {rope.Theta}, expected a positive number");
        Require(rope.Factor is > 0 and <= double.MaxValue, file, $"the factor of the rotary scaling is {rope.Factor}, expected a positive number");
        Require(
            rope.Scaling is RopeScaling.None or RopeScaling.Linear || rope.OriginalContext is > 0 and <= double.MaxValue,
            file,
            $"the original context of the rotary scaling is {rope.OriginalContext}, expected a positive number");
        Require(
            rope.FreqDivisors is null || rope.FreqDivisors.Count == rope.Dim / 2,
            file,
            $"rope_freqs.weight has {rope.FreqDivisors?.Count} divisors, expected one for each of {rope.Dim / 2} pairs");
        double[] others =
        [
            rope.LowFreqFactor, rope.HighFreqFactor, rope.BetaFast, rope.BetaSlow, rope.MagnitudeMultiplier, rope.AttentionFactor ?? 1, rope.Mscale ?? 1, rope.MscaleAllDim ?? 1,
        ];
        Require(Array.TrueForAll(others, double.IsFinite), file, "a number of the rotary scaling is not finite");
    }

    public static void Require(bool condition, string file, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException($"{file}: {problem}");
        }
    }
}
