namespace Jevons.Inference;

/// <summary>A page whose contents must be copied before the next pass: a fork's last, partly filled page.</summary>
/// <param name="Source">Page to read.</param>
/// <param name="Destination">Page to overwrite.</param>
public readonly record struct PageCopy(int Source, int Destination);
