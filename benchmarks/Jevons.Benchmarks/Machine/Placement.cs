using System.Globalization;

namespace Jevons.Benchmarks;

/// <summary>What a probe of 50 ms saw.</summary>
/// <param name="RoundTrip">Nanoseconds of one round trip of a cache line between the first two processors.</param>
/// <param name="Bandwidth">Bytes read a second by all threads.</param>
internal sealed record Placement(double RoundTrip, double Bandwidth)
{
    private const double SameCoreBelow = 50;
    private const double SameComplexBelow = 150;
    private const double DisturbedFrom = 2000;

    /// <summary>The class of the round trip.</summary>
    public PlacementClass Class => RoundTrip switch
    {
        < SameCoreBelow => PlacementClass.SameCore,
        < SameComplexBelow => PlacementClass.SameComplex,
        < DisturbedFrom => PlacementClass.TwoComplexes,
        _ => PlacementClass.Disturbed,
    };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Class}, {RoundTrip:F0} ns, {Bandwidth / 1e9:F1} GB/s");
}
