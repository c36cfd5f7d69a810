namespace Jevons.Benchmarks;

/// <summary>What one side took for one piece of work.</summary>
/// <param name="Seconds">The timed part.</param>
/// <param name="ProcessSeconds">The whole process, where the work has one of its own; else 0.</param>
/// <param name="PeakBytes">The most memory of that process; else 0.</param>
/// <param name="BaseBytes">What it had before it opened the model; else 0.</param>
internal sealed record Reading(double Seconds, double ProcessSeconds = 0, long PeakBytes = 0, long BaseBytes = 0);
