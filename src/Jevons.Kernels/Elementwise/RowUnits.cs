namespace Jevons.Kernels;

/// <summary>How row-wise kernels are cut into units.</summary>
internal static class RowUnits
{
    // Below this many elements a unit costs less than waking another thread.
    private const int ElementsPerUnit = 16 * 1024;

    /// <summary>Rows of a unit for rows of <paramref name="cols"/> elements.</summary>
    public static int RowsPerUnit(int cols) => Math.Max(1, ElementsPerUnit / Math.Max(1, cols));

    /// <summary>Units that cover <paramref name="rows"/> rows.</summary>
    public static int Count(int rows, int cols)
    {
        int perUnit = RowsPerUnit(cols);
        return (rows + perUnit - 1) / perUnit;
    }
}
