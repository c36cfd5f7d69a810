using Jevons.Formats;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Quantises the tensors of a GGUF file of any architecture: the type of each is the mix's choice, the bytes are those of ggml's
/// quantisers without an importance matrix. Tensors are streamed: memory is bounded whatever their size.
/// </summary>
public sealed class GgufQuantizer
{
    // Elements that are converted at a time: 16 MiB of floats.
    private const int StepElements = 4 << 20;
    private const uint QuantizationVersion = 2;

    private readonly GgufFile _file;
    private readonly QuantizationMix _mix;

    /// <summary>Chooses the type of every tensor.</summary>
    /// <param name="file">The source, complete.</param>
    /// <param name="mix">What to quantise to.</param>
    /// <param name="allowRequantize">True to quantise tensors that are quantised already, which loses more than their type says.</param>
    /// <exception cref="InvalidDataException">A tensor is cut off, of a type that cannot be read, or quantised already.</exception>
    public GgufQuantizer(GgufFile file, QuantizationMix mix, bool allowRequantize)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.VerifyComplete();
        _file = file;
        _mix = mix;
        MixTensor[] tensors = [.. file.Tensors.Select(t => new MixTensor(t.Name, [.. t.Shape.Reverse()], t.Type))];
        Types = QuantizationMixes.Choose(mix, ReadArchitecture(file.Metadata), tensors);
        for (int i = 0; i < Types.Count && !allowRequantize; i++)
        {
            TensorInfo tensor = file.Tensors[i];
            if (Types[i] != tensor.Type && TensorTypes.IsQuantized(tensor.Type))
            {
                throw new InvalidDataException(
                    $"{tensor.File}: tensor {tensor.Name} is {tensor.TypeName} already and {Types[i]} is asked for; start from an F32, F16 or BF16 file, "
                    + "or allow quantising again and accept the loss");
            }
        }
    }

    /// <summary>The new type of each tensor, in the file's order.</summary>
    public IReadOnlyList<TensorType> Types { get; }

    /// <summary>The source's metadata with the new general.file_type.</summary>
    /// <returns>Metadata.</returns>
    public GgufMetadata Metadata()
    {
        GgufMetadata metadata = new(_file.Metadata);
        metadata.Set("general.quantization_version", GgufValue.Of(QuantizationVersion));
        metadata.Set("general.file_type", GgufValue.Of((uint)_mix));
        return metadata;
    }

    /// <summary>The tensors of the new file; each is converted when it is written.</summary>
    /// <param name="pool">Workers that quantise rows.</param>
    /// <param name="progress">Is told of what was written; null for nobody.</param>
    /// <returns>In the source's order.</returns>
    public IReadOnlyList<TensorSource> Tensors(WorkerPool pool, TensorProgress? progress = null)
    {
        TensorSource[] tensors = new TensorSource[Types.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            TensorInfo tensor = _file.Tensors[i];
            TensorType type = Types[i];
            tensors[i] = new TensorSource(tensor.Name, type, tensor.Shape, stream =>
            {
                if (type == tensor.Type)
                {
                    Copy(tensor, stream, progress);
                }
                else
                {
                    Convert(tensor, type, pool, stream, progress);
                }
            });
        }

        return tensors;
    }

    /// <summary>The facts that a choice of types asks for.</summary>
    internal static MixArchitecture ReadArchitecture(GgufMetadata metadata)
    {
        string name = metadata.GetString("general.architecture");
        int layers = metadata.GetInt32OrNull(name + ".block_count") ?? 0;
        return new MixArchitecture(
            name,
            layers,
            metadata.GetInt32OrNull(name + ".expert_count") ?? 0,
            First(metadata.GetInt32PerLayerOrNull(name + ".attention.head_count", layers)),
            First(metadata.GetInt32PerLayerOrNull(name + ".attention.head_count_kv", layers)
                ?? metadata.GetInt32PerLayerOrNull(name + ".attention.head_count", layers)));
    }

    private static int First(int[]? values) => values is [int first, ..] ? first : 0;

    private static void Copy(TensorInfo tensor, Stream stream, TensorProgress? progress)
    {
        const int StepBytes = 4 << 20;
        MemoryRegion data = tensor.Data;
        for (long offset = 0; offset < data.Length; offset += StepBytes)
        {
            ReadOnlySpan<byte> piece = data.AsSpan<byte>(offset, (int)Math.Min(StepBytes, data.Length - offset));
            stream.Write(piece);
            progress?.Invoke(tensor.Name, piece.Length);
        }
    }

    private static void Convert(TensorInfo tensor, TensorType type, WorkerPool pool, Stream stream, TensorProgress? progress)
    {
        int row = checked((int)tensor.Shape[^1]);
        long rows = tensor.ElementCount / row;
        int step = (int)Math.Min(rows, Math.Max(1, StepElements / row));
        long rowBytes = TensorTypes.ByteCount(tensor.Type, row);
        float[] values = tensor.Type == TensorType.F32 ? [] : new float[checked(step * row)];
        byte[] bytes = new byte[TensorTypes.ByteCount(type, (long)step * row)];
        for (long done = 0; done < rows; done += step)
        {
            int now = (int)Math.Min(step, rows - done);
            MemoryRegion data = tensor.Data.Slice(done * rowBytes, now * rowBytes);
            ReadOnlySpan<float> source = tensor.Type == TensorType.F32 ? data.AsSpan<float>(0, now * row) : values.AsSpan(0, now * row);
            if (tensor.Type != TensorType.F32)
            {
                Dequantize.Row(tensor.Type, data.AsSpan(), values.AsSpan(0, now * row));
            }

            Span<byte> target = bytes.AsSpan(0, (int)TensorTypes.ByteCount(type, (long)now * row));
            try
            {
                Quantize.Rows(type, source, row, target, pool);
            }
            catch (ArgumentException e)
            {
                throw new InvalidDataException($"{tensor.File}: tensor {tensor.Name} from row {done} on cannot be written as {type}: {e.Message}", e);
            }

            stream.Write(target);
            progress?.Invoke(tensor.Name, target.Length);
        }
    }
}
