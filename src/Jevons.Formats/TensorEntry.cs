using Jevons.Numerics;

namespace Jevons.Formats;

/// <summary>One tensor as a header describes it, before it is tied to a mapped file.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">Element type, or null when the file's type is not one that can be computed with.</param>
/// <param name="TypeName">The type as the file spells it.</param>
/// <param name="Shape">Row-major, outermost first.</param>
/// <param name="Offset">First byte, counted from the start of the file.</param>
/// <param name="ByteLength">Bytes.</param>
internal readonly record struct TensorEntry(
    string Name, TensorType? Type, string TypeName, long[] Shape, long Offset, long ByteLength);
