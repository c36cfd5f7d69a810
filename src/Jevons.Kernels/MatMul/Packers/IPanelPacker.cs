namespace Jevons.Kernels.Products;

/// <summary>Unpacks whole blocks of 16 rows into a tile.</summary>
internal unsafe interface IPanelPacker
{
    /// <summary>Unpacks <paramref name="blocks"/> blocks of each of 16 rows.</summary>
    /// <param name="w">First block of the first row.</param>
    /// <param name="rowBytes">Bytes from one row to the next.</param>
    /// <param name="blocks">Blocks per row.</param>
    /// <param name="tile">Receives values, scales and, where the form has them, minima.</param>
    static abstract void Pack(byte* w, long rowBytes, int blocks, PanelTile tile);
}
