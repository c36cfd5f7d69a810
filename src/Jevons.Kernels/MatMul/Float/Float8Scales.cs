using Jevons.Numerics;

namespace Jevons.Kernels.Products;

/// <summary>The factors of a matrix in e4m3fn, one per tile, tile rows one after the other.</summary>
/// <param name="Data">f32 factors.</param>
/// <param name="Cols">Factors in a tile row.</param>
/// <param name="BlockRows">Rows of a tile.</param>
/// <param name="BlockCols">Columns of a tile.</param>
internal sealed record Float8Scales(MemoryRegion Data, long Cols, int BlockRows, int BlockCols)
{
    /// <summary>The factors that a row meets, one per BlockCols columns.</summary>
    /// <param name="row">Row, counted from the first row of the first tile.</param>
    /// <returns>First factor.</returns>
    public unsafe float* Row(long row) => (float*)Data.Pointer + (row / BlockRows * Cols);
}
