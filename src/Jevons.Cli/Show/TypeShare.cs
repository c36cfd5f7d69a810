using System.Runtime.InteropServices;

namespace Jevons.Cli;

/// <summary>The tensors of one type.</summary>
/// <param name="Type">The type as the file spells it.</param>
/// <param name="Tensors">How many.</param>
/// <param name="Elements">Their elements.</param>
/// <param name="Bytes">Their bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TypeShare(string Type, int Tensors, long Elements, long Bytes);
