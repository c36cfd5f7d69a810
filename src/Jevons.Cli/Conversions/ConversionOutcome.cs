using Jevons.Numerics;

namespace Jevons.Cli;

/// <summary>What a conversion wrote.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Type">Type of the matrices.</param>
/// <param name="Tensors">Number of tensors.</param>
/// <param name="Bytes">Bytes of weights.</param>
internal sealed record ConversionOutcome(string Path, TensorType Type, int Tensors, long Bytes);
