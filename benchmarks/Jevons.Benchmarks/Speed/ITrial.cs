namespace Jevons.Benchmarks;

/// <summary>A piece of work made ready; it can be done any number of times.</summary>
internal interface ITrial : IDisposable
{
    /// <summary>Runs before the first sample that counts.</summary>
    int WarmUps { get; }

    /// <summary>Does the work.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    Reading Run(CancellationToken cancellationToken);
}
