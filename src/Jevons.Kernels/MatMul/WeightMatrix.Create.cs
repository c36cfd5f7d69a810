using Jevons.Kernels.Products;
using Jevons.Numerics;

namespace Jevons.Kernels;

/// <content>How stored bytes become a matrix.</content>
public abstract partial class WeightMatrix
{
    /// <summary>A matrix over stored rows, read in place.</summary>
    /// <param name="type">F32, F16, BF16 or one of ggml's block types.</param>
    /// <param name="rows">Rows (outputs).</param>
    /// <param name="cols">Columns (inputs); a multiple of the type's block length.</param>
    /// <param name="data">The rows, one after the other without gaps; kept reachable by the matrix.</param>
    /// <param name="features">The instruction set that products may use.</param>
    /// <param name="activations">What activations the product rounds to, where the type leaves a choice.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException">The type holds no weights, or shape and bytes do not belong together.</exception>
    public static WeightMatrix Create(TensorType type, int rows, int cols, MemoryRegion data, CpuFeatures features, ActivationType activations)
    {
        ArgumentNullException.ThrowIfNull(features);
        bool isFloat = type is TensorType.F32 or TensorType.F16 or TensorType.BF16;
        if (!isFloat && !(TensorTypes.IsKnown(type) && TensorTypes.IsQuantized(type)))
        {
            throw new ArgumentException($"tensors of type {type} are no weights; F8_E4M3 has scales beside it, see {nameof(CreateFloat8)}", nameof(type));
        }

        CheckShape(type, rows, cols, data);
        FloatProduct floats = FloatProducts.For(type, features);
        if (type == TensorType.BF16 && activations == ActivationType.BFloat16 && cols % 2 == 0)
        {
            return new BrainMatrix(rows, cols, data, BrainProducts.For(features), floats);
        }

        return isFloat || activations == ActivationType.Float32
            ? new FloatMatrix(type, rows, cols, data, floats, isFloat ? null : QuantProducts.ForExact(type, features))
            : new QuantizedMatrix(type, rows, cols, data, QuantProducts.For(type, features), floats);
    }

    /// <summary>
    /// A matrix of e4m3fn values with one f32 factor per tile (DeepSeek-V3, arXiv 2412.19437, section 3.3.2): element (r, c) is
    /// value(r, c) * factor(r / blockRows, c / blockCols) rounded to f32. The tiles of the last row and column may be ragged.
    /// </summary>
    /// <param name="rows">Rows (outputs).</param>
    /// <param name="cols">Columns (inputs).</param>
    /// <param name="data">rows * cols bytes; kept reachable by the matrix.</param>
    /// <param name="scaleInv">f32 factors [scaleRows, scaleCols] (<c>weight_scale_inv</c>); kept reachable by the matrix.</param>
    /// <param name="scaleRows">rows / blockRows, rounded up.</param>
    /// <param name="scaleCols">cols / blockCols, rounded up.</param>
    /// <param name="features">The instruction set that products may use.</param>
    /// <param name="blockRows">Rows of a tile.</param>
    /// <param name="blockCols">Columns of a tile.</param>
    /// <returns>The matrix.</returns>
    /// <exception cref="ArgumentException">Shape and bytes do not belong together.</exception>
    public static WeightMatrix CreateFloat8(
        int rows,
        int cols,
        MemoryRegion data,
        MemoryRegion scaleInv,
        long scaleRows,
        long scaleCols,
        CpuFeatures features,
        int blockRows = 128,
        int blockCols = 128)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockRows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockCols);
        CheckShape(TensorType.F8_E4M3, rows, cols, data);
        long wantRows = ((long)rows + blockRows - 1) / blockRows;
        long wantCols = ((long)cols + blockCols - 1) / blockCols;
        if (scaleRows != wantRows || scaleCols != wantCols || scaleInv.Length < checked(4 * wantRows * wantCols))
        {
            throw new ArgumentException(
                $"weights [{rows}, {cols}] in tiles of [{blockRows}, {blockCols}] need factors [{wantRows}, {wantCols}], "
                + $"found [{scaleRows}, {scaleCols}] in {scaleInv.Length} bytes",
                nameof(scaleInv));
        }

        return new Float8Matrix(rows, cols, data, new Float8Scales(scaleInv, wantCols, blockRows, blockCols), 0, FloatProducts.For(TensorType.F8_E4M3, features));
    }

    /// <summary>Checks the operands of a transposed product at the door.</summary>
    internal static void CheckTransposed(WeightMatrix w, Tensor x, Tensor y, int firstCol, int colCount)
    {
        if (x.Cols != w.Rows || y.Rows != x.Rows || y.Cols != w.Cols)
        {
            throw new ArgumentException(
                $"y [{y.Rows}, {y.Cols}] = x [{x.Rows}, {x.Cols}] times W [{w.Rows}, {w.Cols}] ({w.Type}): shapes do not fit");
        }

        int block = TensorTypes.BlockLength(w.Type);
        if (firstCol < 0 || colCount < 0 || firstCol > w.Cols - colCount || firstCol % block != 0 || colCount % block != 0)
        {
            throw new ArgumentException(
                $"columns {firstCol} to {firstCol} + {colCount} of W [{w.Rows}, {w.Cols}] ({w.Type}) are no whole blocks of {block} inside it");
        }
    }

    /// <summary>Checks the operands of a product at the door.</summary>
    private protected void CheckProduct(in ActivationRows x, Tensor y, int firstRow, int rowCount)
    {
        if (x.Values.Cols != Cols || y.Rows != x.Count || y.Cols != Rows || firstRow < 0 || rowCount < 0 || firstRow > Rows - rowCount)
        {
            throw new ArgumentException(
                $"y [{y.Rows}, {y.Cols}] = x [{x.Count}, {x.Values.Cols}] times rows {firstRow} to {firstRow} + {rowCount} of W [{Rows}, {Cols}] ({Type}): shapes do not fit");
        }
    }

    /// <summary>Checks a range of rows.</summary>
    private protected void CheckRows(int firstRow, int rowCount)
    {
        if (firstRow < 0 || rowCount < 1 || firstRow > Rows - rowCount)
        {
            throw new ArgumentOutOfRangeException(nameof(firstRow), $"rows {firstRow} to {firstRow} + {rowCount} of W [{Rows}, {Cols}] ({Type})");
        }
    }

    private static void CheckShape(TensorType type, int rows, int cols, MemoryRegion data)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cols);
        int block = TensorTypes.BlockLength(type);
        if (cols % block != 0)
        {
            throw new ArgumentException($"rows of {cols} elements are no whole {type} blocks of {block}", nameof(cols));
        }

        long bytes = TensorTypes.ByteCount(type, (long)rows * cols);
        if (data.Length < bytes)
        {
            throw new ArgumentException($"weights [{rows}, {cols}] of type {type} take {bytes} bytes, the region has {data.Length}", nameof(data));
        }
    }
}
