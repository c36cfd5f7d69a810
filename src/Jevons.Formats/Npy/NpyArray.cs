namespace Jevons.Formats;

/// <summary>A dense array of binary32 numbers in C order.</summary>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
/// <param name="Values">The elements, last dimension contiguous.</param>
public sealed record NpyArray(long[] Shape, float[] Values);
