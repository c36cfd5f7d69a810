using System.Globalization;
using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Turns a Hugging Face folder's weights into the tensors that llama.cpp's converter writes: renamed, llama's query and key
/// rows permuted, experts stacked, kv_b split into its transposed key part and its value part, FP8 widened. Vectors and
/// routers stay F32. Rows are streamed.
/// </summary>
public sealed class GgufConverter
{
    private const string EmbeddingName = "model.embed_tokens.weight";
    private const string OutputName = "lm_head.weight";

    private readonly ModelConfig _config;
    private readonly HuggingFaceWeights _weights;
    private readonly Checkpoint _checkpoint;
    private readonly TensorType _type;
    private readonly bool _keepDraft;
    private TensorProgress? _progress;

    /// <summary>Prepares a conversion.</summary>
    /// <param name="folder">The folder, with its weights.</param>
    /// <param name="type">F32, F16 or BF16: type of the matrices.</param>
    /// <param name="keepDraft">True to keep the multi-token-prediction layer, which llama.cpp's converter drops.</param>
    public GgufConverter(HuggingFaceFolder folder, TensorType type, bool keepDraft)
    {
        if (type is not (TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            throw new ArgumentException($"conversion writes F32, F16 or BF16, not {type}; quantise the result afterwards", nameof(type));
        }

        _config = ModelLoader.ReadConfig(folder.Config);
        _checkpoint = folder.RequireWeights();
        _checkpoint.VerifyComplete();
        _weights = new HuggingFaceWeights(_checkpoint, CpuFeatures.Detect(), ActivationType.Float32, ModelLoader.ScaleBlock(folder.Config));
        _type = type;
        _keepDraft = keepDraft;
    }

    private bool IsTied => _config is DenseConfig { TieWordEmbeddings: true } or DeepSeekConfig { TieWordEmbeddings: true };

    // By its own name: a lookup would find a tied projection too.
    private bool HasEmbedding => _checkpoint.Tensors.Any(t => t.Name == EmbeddingName);

    /// <summary>The float type that keeps a checkpoint's matrices as they are; BF16 for FP8.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <returns>F32, F16 or BF16.</returns>
    public static TensorType OwnType(Checkpoint weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        TensorType[] types = [.. weights.Tensors
            .Where(t => t.Shape.Length > 1 && !t.Name.EndsWith("_scale_inv", StringComparison.Ordinal) && !t.Name.EndsWith("mlp.gate.weight", StringComparison.Ordinal))
            .Select(t => t.Type == TensorType.F8_E4M3 ? TensorType.BF16 : t.Type).Distinct()];
        return types is [TensorType.F16] or [TensorType.BF16] ? types[0] : TensorType.F32;
    }

    /// <summary>The tensors of the new file; each is read when it is written.</summary>
    /// <param name="progress">Is told of what was written; null for nobody.</param>
    /// <returns>In the checkpoint's order, a stack where its first expert stands.</returns>
    /// <exception cref="InvalidDataException">A tensor is not one of this architecture's.</exception>
    public IReadOnlyList<TensorSource> Tensors(TensorProgress? progress = null)
    {
        _progress = progress;
        List<TensorSource> tensors = [];

        // A tied checkpoint may keep the table under the projection's name only; readers of GGUF look for the table.
        if (IsTied && !HasEmbedding && _checkpoint.Find(OutputName) is { } shared)
        {
            tensors.Add(Plain("token_embd.weight", shared));
        }

        foreach (TensorInfo info in _checkpoint.Tensors)
        {
            if (!IsSkipped(info.Name))
            {
                Add(tensors, info);
            }
        }

        if (_config is DenseConfig { Rope.Scaling: RopeScaling.Llama3 } dense)
        {
            float[] divisors = Llama3Divisors(dense.Rope);
            tensors.Add(RowStream.Create("rope_freqs.weight", TensorType.F32, [divisors.Length], _progress, (_, row) => divisors.CopyTo(row)));
        }

        return tensors;
    }

    // The divisor of pair i is the unscaled frequency over the scaled one.
    private static float[] Llama3Divisors(RopeConfig rope)
    {
        ReadOnlySpan<double> scaled = new RopeTable(rope).Frequencies;
        ReadOnlySpan<double> plain = new RopeTable(rope with { Scaling = RopeScaling.None, Factor = 1 }).Frequencies;
        float[] divisors = new float[scaled.Length];
        for (int i = 0; i < divisors.Length; i++)
        {
            divisors[i] = (float)(plain[i] / scaled[i]);
        }

        return divisors;
    }

    private bool IsSkipped(string name)
    {
        if (name.EndsWith("_scale_inv", StringComparison.Ordinal) || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal))
        {
            return true;
        }

        if (IsTied && name == OutputName && HasEmbedding)
        {
            return true;
        }

        return !_keepDraft && LayerOf(name) >= _config.NumLayers;
    }

    private static int LayerOf(string name)
    {
        const string Prefix = "model.layers.";
        int end = name.StartsWith(Prefix, StringComparison.Ordinal) ? name.IndexOf('.', Prefix.Length) : -1;
        return end > 0 && int.TryParse(name.AsSpan(Prefix.Length, end - Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            ? layer
            : -1;
    }

    private void Add(List<TensorSource> tensors, TensorInfo info)
    {
        int experts = info.Name.IndexOf(".mlp.experts.", StringComparison.Ordinal);
        if (experts > 0)
        {
            AddExperts(tensors, info, info.Name[..(experts + ".mlp.experts".Length)]);
        }
        else if (info.Name.EndsWith(".kv_b_proj.weight", StringComparison.Ordinal))
        {
            AddLatent(tensors, info);
        }
        else
        {
            string name = GgufNames.ToGguf(info.Name) ?? throw new InvalidDataException(
                $"{info.File}: tensor {info.Name} has no place in a GGUF file of architecture {_config.Architecture}");
            tensors.Add(Plain(name, info));
        }
    }

    private TensorSource Plain(string name, TensorInfo info)
    {
        bool permuted = HeadPermutation.Applies(_config, info.Name);
        int headDim = _config is DenseConfig dense ? dense.HeadDim : 1;
        if (info.Shape.Length == 1)
        {
            WeightVector values = _weights.Vector(info.Name, checked((int)info.Shape[0]));
            return !permuted
                ? RowStream.Vector(name, values, _progress)
                : RowStream.Create(name, TensorType.F32, info.Shape, _progress, (_, row) =>
                {
                    for (int i = 0; i < row.Length; i++)
                    {
                        row[i] = values.Values[(int)HeadPermutation.ToCheckpointRow(i, headDim)];
                    }
                });
        }

        if (info.Shape.Length != 2)
        {
            throw new InvalidDataException($"{info.File}: {info} has {info.Shape.Length} dimensions, expected 1 or 2");
        }

        WeightMatrix matrix = _weights.Matrix(info.Name, checked((int)info.Shape[0]), checked((int)info.Shape[1]));
        TensorType type = name.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal) ? TensorType.F32 : _type;
        return RowStream.Create(name, type, info.Shape, _progress, (row, values) =>
            matrix.DequantizeRow((int)(permuted ? HeadPermutation.ToCheckpointRow(row, headDim) : row), values));
    }

    private void AddExperts(List<TensorSource> tensors, TensorInfo info, string prefix)
    {
        if (!info.Name.StartsWith(prefix + ".0.", StringComparison.Ordinal) || _config is not DeepSeekConfig config)
        {
            return;
        }

        string projection = info.Name[(prefix.Length + ".0.".Length)..];
        string name = GgufNames.ToGguf($"{prefix}.{projection}") ?? throw new InvalidDataException(
            $"{info.File}: tensor {info.Name} is no gate_proj, up_proj or down_proj of an expert");
        int rows = checked((int)info.Shape[0]);
        int cols = checked((int)info.Shape[1]);
        WeightMatrix[] experts = new WeightMatrix[config.NumRoutedExperts];
        for (int e = 0; e < experts.Length; e++)
        {
            experts[e] = _weights.Matrix($"{prefix}.{e}.{projection}", rows, cols);
        }

        tensors.Add(RowStream.Create(
            name, _type, [experts.Length, rows, cols], _progress, (row, values) => experts[row / rows].DequantizeRow((int)(row % rows), values)));
    }

    private void AddLatent(List<TensorSource> tensors, TensorInfo info)
    {
        if (_config is not DeepSeekConfig config)
        {
            throw new InvalidDataException($"{info.File}: tensor {info.Name} has no place in a GGUF file of architecture {_config.Architecture}");
        }

        int nope = config.QkNopeHeadDim;
        int perHead = nope + config.VHeadDim;
        int rank = config.KvLoraRank;
        WeightMatrix kvB = _weights.Matrix(info.Name, config.NumHeads * perHead, rank);
        string prefix = info.Name[..^"kv_b_proj.weight".Length];
        float[]? head = null;
        long headRead = -1;
        tensors.Add(RowStream.Create(GgufNames.ToGguf(prefix + "k_b_proj.weight")!, _type, [config.NumHeads, rank, nope], _progress, (row, values) =>
        {
            // Row r of head h is column r of the head's key rows; a head is widened once and then read by columns.
            head ??= new float[nope * rank];
            if (headRead != row / rank)
            {
                headRead = row / rank;
                for (int i = 0; i < nope; i++)
                {
                    kvB.DequantizeRow((int)(headRead * perHead) + i, head.AsSpan(i * rank, rank));
                }
            }

            for (int i = 0; i < nope; i++)
            {
                values[i] = head[(i * rank) + (int)(row % rank)];
            }
        }));
        tensors.Add(RowStream.Create(GgufNames.ToGguf(prefix + "v_b_proj.weight")!, _type, [config.NumHeads, config.VHeadDim, rank], _progress, (row, values) =>
            kvB.DequantizeRow((int)((row / config.VHeadDim * perHead) + nope + (row % config.VHeadDim)), values)));
    }
}
