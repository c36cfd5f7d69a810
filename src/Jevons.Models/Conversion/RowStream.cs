using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>Streams rows of f32 into a tensor of another float type, so that no tensor is ever held whole.</summary>
internal static class RowStream
{
    private const int ReportBytes = 1 << 20;

    /// <summary>A tensor whose rows are computed one by one when it is written.</summary>
    /// <param name="name">Name in the new file.</param>
    /// <param name="type">F32, F16 or BF16.</param>
    /// <param name="shape">Row-major; the last dimension is a row.</param>
    /// <param name="progress">Is told of what was written; may be null.</param>
    /// <param name="readRow">Fills one row, numbered over all leading dimensions.</param>
    public static TensorSource Create(string name, TensorType type, long[] shape, TensorProgress? progress, RowReader readRow)
    {
        int cols = checked((int)shape[^1]);
        long rows = 1;
        foreach (long dimension in shape.AsSpan(0, shape.Length - 1))
        {
            rows = checked(rows * dimension);
        }

        return new TensorSource(name, type, shape, stream =>
        {
            float[] values = new float[cols];
            byte[] bytes = new byte[TensorTypes.ByteCount(type, cols)];
            long unreported = 0;
            for (long row = 0; row < rows; row++)
            {
                readRow(row, values);
                Quantize.Row(type, values, bytes);
                stream.Write(bytes);
                unreported += bytes.Length;
                if (unreported >= ReportBytes || row == rows - 1)
                {
                    progress?.Invoke(name, unreported);
                    unreported = 0;
                }
            }
        });
    }

    /// <summary>A vector, always F32 as llama.cpp stores norms and biases.</summary>
    public static TensorSource Vector(string name, WeightVector values, TensorProgress? progress) =>
        Create(name, TensorType.F32, [values.Length], progress, (_, row) => values.Values.CopyTo(row));
}
