using System.Runtime.InteropServices;

namespace Jevons.Tokenization;

/// <summary>A token found in the text.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after its last.</param>
/// <param name="Id">The token.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TokenMatch(int Start, int End, int Id);
