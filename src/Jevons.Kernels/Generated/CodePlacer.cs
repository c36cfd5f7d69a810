namespace Jevons.Kernels.Generated;

/// <summary>Makes machine code executable.</summary>
/// <param name="code">Code without relocations.</param>
/// <returns>Its first instruction, or null where the system refuses.</returns>
internal unsafe delegate void* CodePlacer(ReadOnlySpan<byte> code);
