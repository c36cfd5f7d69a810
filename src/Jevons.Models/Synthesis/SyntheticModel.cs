using Jevons.Formats;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// A GGUF file of random weights at a model's real dimensions, for measuring speed where no trained file is at hand. Every
/// tensor's rows are drawn once from a normal distribution (deviation 0.02; norms 1, biases 0) for some rows, written as the
/// tensor's type, and repeated from another start for every tensor.
/// </summary>
public sealed class SyntheticModel
{
    // Distinct rows of a matrix: enough that no cache holds them, few enough that quantising them takes no time.
    private const int PoolElements = 1 << 20;
    private const float Deviation = 0.02f;

    private readonly ulong _seed;
    private readonly TensorProgress? _progress;

    /// <summary>A model of a known shape.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="config">The dimensions.</param>
    /// <param name="mix">Which type each matrix gets, as llama.cpp chooses.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="progress">Is told of what was written; null for nobody.</param>
    public SyntheticModel(string name, ModelConfig config, QuantizationMix mix, ulong seed, TensorProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        (_seed, _progress) = (seed, progress);
        IReadOnlyList<(string Name, long[] Shape, TensorType Type)> shapes = TensorShapes.Of(config);
        Metadata = GgufMetadataWriter.Create(config, ModelTitle.Of(name, shapes.Sum(Elements)), TensorType.BF16, keepDraft: false);
        Metadata.Set("general.file_type", GgufValue.Of((uint)mix));
        Metadata.Set("tokenizer.ggml.model", GgufValue.Of("none"));
        Metadata.Set(config.Architecture + ".vocab_size", GgufValue.Of((uint)config.VocabSize));
        int kvHeads = config is DenseConfig dense ? dense.NumKvHeads : 1;
        int experts = config is DeepSeekConfig deepSeek ? deepSeek.NumRoutedExperts : 0;
        Tensors = Choose(mix, new MixArchitecture(config.Architecture, config.NumLayers, experts, config.NumHeads, kvHeads), shapes);
    }

    /// <summary>A model with the metadata and the tensors of an existing header; its data need not be there.</summary>
    /// <param name="file">The header.</param>
    /// <param name="mix">Types as a mix chooses them, or null for the header's own.</param>
    /// <param name="seed">Of the weights.</param>
    /// <param name="progress">Is told of what was written; null for nobody.</param>
    /// <exception cref="InvalidDataException">A tensor has a type that cannot be written.</exception>
    public SyntheticModel(GgufFile file, QuantizationMix? mix, ulong seed, TensorProgress? progress = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        (_seed, _progress) = (seed, progress);
        Metadata = new GgufMetadata(file.Metadata);
        (string Name, long[] Shape, TensorType Type)[] shapes = [.. file.Tensors.Select(t => (t.Name, t.Shape.ToArray(), t.Type))];
        if (mix is null)
        {
            Tensors = [.. shapes.Select(s => Source(s.Name, s.Shape, s.Type))];
            return;
        }

        Metadata.Set("general.file_type", GgufValue.Of((uint)mix.Value));
        Tensors = Choose(mix.Value, GgufQuantizer.ReadArchitecture(file.Metadata), shapes);
    }

    /// <summary>Metadata to write.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>Tensors to write.</summary>
    public IReadOnlyList<TensorSource> Tensors { get; }

    private static long Elements((string Name, long[] Shape, TensorType Type) tensor) => tensor.Shape.Aggregate(1L, (a, b) => checked(a * b));

    private TensorSource[] Choose(
        QuantizationMix mix, MixArchitecture architecture, IReadOnlyList<(string Name, long[] Shape, TensorType Type)> shapes)
    {
        IReadOnlyList<TensorType> types = QuantizationMixes.Choose(
            mix, architecture, [.. shapes.Select(s => new MixTensor(s.Name, [.. s.Shape.Reverse()], s.Type))]);
        return [.. shapes.Select((s, i) => Source(s.Name, s.Shape, types[i]))];
    }

    private TensorSource Source(string name, long[] shape, TensorType type)
    {
        if (!Quantize.IsSupported(type))
        {
            throw new InvalidDataException($"tensor {name} is {type}, which is written only with an importance matrix; name a type such as Q4_K_M");
        }

        return new TensorSource(name, type, shape, stream => Write(name, shape, type, stream));
    }

    private void Write(string name, long[] shape, TensorType type, Stream stream)
    {
        int row = checked((int)shape[^1]);
        long rows = shape.Aggregate(1L, (a, b) => checked(a * b)) / row;
        int pool = (int)Math.Min(rows, Math.Max(1, PoolElements / row));
        ulong seed = _seed;
        foreach (char letter in name)
        {
            seed = (seed * 31) + letter;
        }

        SeededRandom random = new(seed);
        float[] values = new float[row];
        int rowBytes = checked((int)TensorTypes.ByteCount(type, row));
        byte[] bytes = new byte[checked(pool * rowBytes)];
        for (int r = 0; r < pool; r++)
        {
            Fill(name, shape.Length, values, random);
            Quantize.Row(type, values, bytes.AsSpan(r * rowBytes, rowBytes));
        }

        for (long done = 0; done < rows; done += pool)
        {
            ReadOnlySpan<byte> piece = bytes.AsSpan(0, (int)Math.Min(pool, rows - done) * rowBytes);
            stream.Write(piece);
            _progress?.Invoke(name, piece.Length);
        }
    }

    private static void Fill(string name, int rank, float[] values, SeededRandom random)
    {
        if (rank == 1)
        {
            Array.Fill(values, name.EndsWith(".bias", StringComparison.Ordinal) ? 0f : 1f);
            return;
        }

        // Twelve uniform numbers have variance 1.
        for (int i = 0; i < values.Length; i++)
        {
            double sum = -6;
            for (int j = 0; j < 12; j++)
            {
                sum += random.NextDouble();
            }

            values[i] = (float)(sum * Deviation);
        }
    }
}
