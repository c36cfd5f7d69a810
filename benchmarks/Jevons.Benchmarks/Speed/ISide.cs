namespace Jevons.Benchmarks;

/// <summary>One of the engines that are compared.</summary>
internal interface ISide : IDisposable
{
    /// <summary>Its name in the table.</summary>
    string Name { get; }

    /// <summary>Makes everything ready for a piece of work, the cache filled up to its depth.</summary>
    /// <param name="model">Path of a GGUF file.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Does the work once each time it is called; null where this side cannot do it. The caller disposes it.</returns>
    ITrial? Prepare(string model, Workload work, CancellationToken cancellationToken);
}
