namespace Jevons.Models;

/// <summary>Is told of every piece of a tensor that was written; it may throw to stop the writing.</summary>
/// <param name="tensor">Name in the new file.</param>
/// <param name="bytes">Bytes of the piece.</param>
public delegate void TensorProgress(string tensor, long bytes);
