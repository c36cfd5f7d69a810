namespace Jevons.Benchmarks;

/// <summary>How near two processors of a virtual machine are at a moment: it decides bandwidth and the cost of meeting.</summary>
internal enum PlacementClass
{
    /// <summary>Something else ran on one of them: the probe says nothing.</summary>
    Disturbed,

    /// <summary>Two threads of one core: a round trip under 50 ns; arithmetic peaks halve.</summary>
    SameCore,

    /// <summary>Two cores of one complex with a common last-level cache: under 150 ns.</summary>
    SameComplex,

    /// <summary>Cores of two complexes.</summary>
    TwoComplexes,
}
