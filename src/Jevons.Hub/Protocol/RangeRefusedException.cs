namespace Jevons.Hub;

/// <summary>The server cannot continue a file where the part ends: the next attempt asks for the whole file.</summary>
internal sealed class RangeRefusedException(string message) : TransientFailureException(message);
