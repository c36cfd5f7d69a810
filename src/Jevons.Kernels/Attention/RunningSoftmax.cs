namespace Jevons.Kernels;

/// <summary>
/// Running results of rows: m = largest score so far, l = sum of e^(s - m), o = sum of e^(s - m) v. The output is o / l.
/// </summary>
/// <param name="memory">Bytes(rows, valueStride) bytes, 64-byte aligned.</param>
/// <param name="rows">Rows.</param>
/// <param name="valueStride">Elements of o.</param>
internal readonly unsafe struct RunningSoftmax(byte* memory, int rows, int valueStride)
{
    /// <summary>o [rows, valueStride].</summary>
    public float* Values { get; } = (float*)memory;

    /// <summary>m [rows].</summary>
    public float* Max { get; } = (float*)memory + ((long)rows * valueStride);

    /// <summary>l [rows].</summary>
    public float* Sum { get; } = (float*)memory + ((long)rows * valueStride) + rows;

    /// <summary>Bytes for rows, a multiple of 64.</summary>
    public static long Bytes(long rows, int valueStride) => ((4 * rows * (valueStride + 2)) + 63) / 64 * 64;
}
