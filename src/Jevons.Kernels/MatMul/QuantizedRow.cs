namespace Jevons.Kernels;

/// <summary>Placeholder layout until the kernels land.</summary>
public static class QuantizedRow
{
    /// <summary>Bytes of one row.</summary>
    /// <param name="cols">Elements.</param>
    /// <returns>Bytes, a multiple of 64.</returns>
    public static long Bytes(int cols) => (cols + 63) / 64 * 64 * 2;
}
