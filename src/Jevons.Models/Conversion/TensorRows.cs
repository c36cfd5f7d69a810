using Jevons.Formats;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>Reads single rows of stored tensors as f32.</summary>
internal static class TensorRows
{
    /// <summary>Widens one row, numbered over all leading dimensions.</summary>
    public static void Read(TensorInfo info, long row, Span<float> values)
    {
        if (!Dequantize.IsSupported(info.Type))
        {
            throw new InvalidDataException($"{info.File}: tensor {info.Name} is {info.TypeName}, expected weights");
        }

        long bytes = TensorTypes.ByteCount(info.Type, values.Length);
        Dequantize.Row(info.Type, info.Data.Slice(row * bytes, bytes).AsSpan(), values);
    }
}
