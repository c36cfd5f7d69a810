using System.Globalization;
using Jevons.Formats;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Turns a GGUF file's tensors back into those of a Hugging Face folder: checkpoint names, llama's query and key rows in
/// checkpoint order, one matrix an expert, kv_b whole. Vectors and routers stay F32, as GGUF keeps them. Rows are streamed.
/// </summary>
public sealed class HuggingFaceConverter
{
    private const string ExpertsPart = ".mlp.experts.";

    private readonly GgufFile _file;
    private readonly TensorType _type;

    /// <summary>Prepares a conversion.</summary>
    /// <param name="file">The source.</param>
    /// <param name="type">F32, F16 or BF16; null for the file's own float type, or F16 where it is quantised.</param>
    /// <exception cref="InvalidDataException">The architecture is not supported.</exception>
    public HuggingFaceConverter(GgufFile file, TensorType? type)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (type is not (null or TensorType.F32 or TensorType.F16 or TensorType.BF16))
        {
            throw new ArgumentException($"conversion writes F32, F16 or BF16, not {type}", nameof(type));
        }

        _file = file;
        Config = ModelLoader.ReadConfig(file);
        _type = type ?? OwnType(file);
    }

    /// <summary>The model's configuration.</summary>
    public ModelConfig Config { get; }

    /// <summary>Type of the matrices.</summary>
    public TensorType Type => _type;

    /// <summary>config.json.</summary>
    /// <returns>UTF-8 text.</returns>
    /// <exception cref="InvalidDataException">The file scales its positions in a way that config.json cannot say.</exception>
    public byte[] ConfigJson() => HuggingFaceConfigWriter.Write(_file, Config, _type);

    /// <summary>The tensors of model.safetensors; each is read when it is written.</summary>
    /// <param name="progress">Is told of what was written; null for nobody.</param>
    /// <returns>In the file's order.</returns>
    /// <exception cref="InvalidDataException">A tensor is cut off or not one of this architecture's.</exception>
    public IReadOnlyList<TensorSource> Tensors(TensorProgress? progress = null)
    {
        _file.VerifyComplete();
        List<TensorSource> tensors = [];
        foreach (TensorInfo info in _file.Tensors.Where(t => t.Name != "rope_freqs.weight"))
        {
            string name = GgufNames.ToCheckpoint(info.Name) ?? throw new InvalidDataException(
                $"{info.File}: tensor {info.Name} has no place in a checkpoint of architecture {Config.Architecture}");
            if (name.Contains(ExpertsPart, StringComparison.Ordinal))
            {
                AddExperts(tensors, name, info, progress);
            }
            else if (name.EndsWith(".k_b_proj.weight", StringComparison.Ordinal))
            {
                tensors.Add(Latent(name[..^".k_b_proj.weight".Length], info, progress));
            }
            else if (!name.EndsWith(".v_b_proj.weight", StringComparison.Ordinal))
            {
                tensors.Add(Plain(name, info, progress));
            }
        }

        return tensors;
    }

    // The widest float type among the matrices, so that nothing is rounded; a quantised file is widened to F16.
    private static TensorType OwnType(GgufFile file)
    {
        TensorType[] types = [.. file.Tensors.Where(t => t.Shape.Length > 1 && !IsRouter(t.Name)).Select(t => t.Type).Distinct()];
        return types is [TensorType only and (TensorType.F32 or TensorType.F16 or TensorType.BF16)] ? only
            : Array.TrueForAll(types, t => !TensorTypes.IsQuantized(t)) ? TensorType.F32
            : TensorType.F16;
    }

    private static bool IsRouter(string ggufName) => ggufName.EndsWith("ffn_gate_inp.weight", StringComparison.Ordinal);

    private TensorSource Plain(string name, TensorInfo info, TensorProgress? progress)
    {
        int headDim = Config is DenseConfig dense && HeadPermutation.Applies(Config, name) ? dense.HeadDim : 0;
        if (info.Shape.Length == 1)
        {
            return RowStream.Create(name, TensorType.F32, info.Shape, progress, (_, row) =>
            {
                TensorRows.Read(info, 0, row);
                if (headDim > 0)
                {
                    float[] stored = row.ToArray();
                    for (int i = 0; i < row.Length; i++)
                    {
                        row[i] = stored[HeadPermutation.ToGgufRow(i, headDim)];
                    }
                }
            });
        }

        if (info.Shape.Length != 2)
        {
            throw new InvalidDataException($"{info.File}: {info} has {info.Shape.Length} dimensions, expected 1 or 2");
        }

        return RowStream.Create(name, IsRouter(info.Name) ? TensorType.F32 : _type, info.Shape, progress, (row, values) =>
            TensorRows.Read(info, headDim > 0 ? HeadPermutation.ToGgufRow(row, headDim) : row, values));
    }

    private void AddExperts(List<TensorSource> tensors, string name, TensorInfo info, TensorProgress? progress)
    {
        if (info.Shape is not [long count, long rows, long cols])
        {
            throw new InvalidDataException($"{info.File}: {info} has {info.Shape.Length} dimensions, expected 3 for stacked experts");
        }

        int at = name.IndexOf(ExpertsPart, StringComparison.Ordinal) + ExpertsPart.Length;
        string projection = name[at..];
        (string Name, long First, long Rows)[] parts = projection == "gate_up_proj.weight"
            ? [("gate_proj.weight", 0, rows / 2), ("up_proj.weight", rows / 2, rows / 2)]
            : [(projection, 0, rows)];
        for (long e = 0; e < count; e++)
        {
            foreach ((string part, long first, long partRows) in parts)
            {
                long start = (e * rows) + first;
                tensors.Add(RowStream.Create(
                    string.Create(CultureInfo.InvariantCulture, $"{name[..at]}{e}.{part}"),
                    _type,
                    [partRows, cols],
                    progress,
                    (row, values) => TensorRows.Read(info, start + row, values)));
            }
        }
    }

    // kv_b's rows, head by head: the key part is the transpose of k_b [heads, rank, nope], the value part is v_b [heads, v, rank].
    private TensorSource Latent(string prefix, TensorInfo keys, TensorProgress? progress)
    {
        DeepSeekConfig config = Config as DeepSeekConfig
            ?? throw new InvalidDataException($"{keys.File}: {keys.Name} is a tensor of latent attention, which {Config.Architecture} has not");
        TensorInfo values = _file[GgufNames.ToGguf(prefix + ".v_b_proj.weight")!];
        int heads = config.NumHeads;
        int nope = config.QkNopeHeadDim;
        int rank = config.KvLoraRank;
        int perHead = nope + config.VHeadDim;
        Check(keys, heads, rank, nope);
        Check(values, heads, config.VHeadDim, rank);
        float[]? head = null;
        long headRead = -1;
        return RowStream.Create(prefix + ".kv_b_proj.weight", _type, [(long)heads * perHead, rank], progress, (row, target) =>
        {
            int within = (int)(row % perHead);
            if (within >= nope)
            {
                TensorRows.Read(values, (row / perHead * config.VHeadDim) + within - nope, target);
                return;
            }

            head ??= new float[rank * nope];
            if (headRead != row / perHead)
            {
                headRead = row / perHead;
                for (int i = 0; i < rank; i++)
                {
                    TensorRows.Read(keys, (headRead * rank) + i, head.AsSpan(i * nope, nope));
                }
            }

            for (int i = 0; i < rank; i++)
            {
                target[i] = head[(i * nope) + within];
            }
        });
    }

    private static void Check(TensorInfo info, params long[] expected)
    {
        if (!info.Shape.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException(
                $"{info.File}: {info.Name} has shape [{string.Join(", ", info.Shape)}], the configuration asks for [{string.Join(", ", expected)}]");
        }
    }
}
