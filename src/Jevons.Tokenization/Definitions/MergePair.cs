using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <summary>One BPE merge: two symbols that become one. Its rank is its position in the list of merges.</summary>
/// <param name="Left">The left symbol, as the vocabulary writes it.</param>
/// <param name="Right">The right symbol, as the vocabulary writes it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MergePair(string Left, string Right);
