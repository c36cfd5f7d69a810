namespace Jevons.Kernels;

/// <summary>
/// A parallel region whose units are written over <see cref="ILanes{T}"/>: the state of the region and what one unit does.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal interface ILaneJob<TSelf>
    where TSelf : struct, ILaneJob<TSelf>, allows ref struct
{
    /// <summary>Runs one unit; it writes only its own outputs.</summary>
    /// <typeparam name="TLanes">The lanes of the instruction set in use.</typeparam>
    /// <param name="job">Shared state.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="worker">The worker that runs it.</param>
    static abstract void Run<TLanes>(ref TSelf job, int unit, int worker)
        where TLanes : unmanaged, ILanes<TLanes>;
}
