using System.Globalization;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>The tensors that a GGUF file of a configuration has.</summary>
internal sealed class TensorShapes
{
    private readonly ModelConfig _config;
    private readonly List<(string Name, long[] Shape, TensorType Type)> _tensors = [];

    private TensorShapes(ModelConfig config) => _config = config;

    /// <summary>Lists them.</summary>
    /// <param name="config">A dense or DeepSeek configuration.</param>
    /// <returns>GGUF name, shape (outermost first), F32 for vectors and routers and BF16 for matrices; in llama.cpp's order.</returns>
    public static IReadOnlyList<(string Name, long[] Shape, TensorType Type)> Of(ModelConfig config)
    {
        TensorShapes shapes = new(config);
        shapes.AddAll();
        return shapes._tensors;
    }

    private void AddAll()
    {
        int h = _config.HiddenSize;
        Matrix("token_embd", _config.VocabSize, h);
        for (int layer = 0; layer < _config.NumLayers; layer++)
        {
            string blk = string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.");
            Vector(blk + "attn_norm.weight", h);
            switch (_config)
            {
                case DenseConfig dense:
                    DenseAttention(blk, dense);
                    FeedForward(blk, "", _config.IntermediateSize);
                    break;
                case DeepSeekConfig deepSeek:
                    LatentAttention(blk, deepSeek);
                    if (deepSeek.IsMixture(layer))
                    {
                        Mixture(blk, deepSeek);
                    }
                    else
                    {
                        FeedForward(blk, "", _config.IntermediateSize);
                    }

                    break;
                default:
                    throw new ArgumentException($"no tensors are known for architecture {_config.Architecture}");
            }

            Vector(blk + "ffn_norm.weight", h);
        }

        Vector("output_norm.weight", h);
        if (_config is DenseConfig { TieWordEmbeddings: false } or DeepSeekConfig { TieWordEmbeddings: false })
        {
            Matrix("output", _config.VocabSize, h);
        }
    }

    private void DenseAttention(string blk, DenseConfig config)
    {
        int q = config.NumHeads * config.HeadDim;
        int kv = config.NumKvHeads * config.HeadDim;
        (string Name, int Rows)[] projections = [("attn_q", q), ("attn_k", kv), ("attn_v", kv)];
        foreach ((string name, int rows) in projections)
        {
            Matrix(blk + name, rows, config.HiddenSize);
            if (config.Architecture == "qwen2")
            {
                Vector($"{blk}{name}.bias", rows);
            }
        }

        if (config.Architecture == "qwen3")
        {
            Vector(blk + "attn_q_norm.weight", config.HeadDim);
            Vector(blk + "attn_k_norm.weight", config.HeadDim);
        }

        Matrix(blk + "attn_output", config.HiddenSize, q);
    }

    private void LatentAttention(string blk, DeepSeekConfig config)
    {
        int h = config.HiddenSize;
        int query = config.NumHeads * (config.QkNopeHeadDim + config.QkRopeHeadDim);
        if (config.QLoraRank is int rank)
        {
            Matrix(blk + "attn_q_a", rank, h);
            Vector(blk + "attn_q_a_norm.weight", rank);
            Matrix(blk + "attn_q_b", query, rank);
        }
        else
        {
            Matrix(blk + "attn_q", query, h);
        }

        Matrix(blk + "attn_kv_a_mqa", config.KvLoraRank + config.QkRopeHeadDim, h);
        Vector(blk + "attn_kv_a_norm.weight", config.KvLoraRank);
        Matrix(blk + "attn_k_b", config.NumHeads, config.KvLoraRank, config.QkNopeHeadDim);
        Matrix(blk + "attn_v_b", config.NumHeads, config.VHeadDim, config.KvLoraRank);
        Matrix(blk + "attn_output", h, config.NumHeads * config.VHeadDim);
    }

    private void Mixture(string blk, DeepSeekConfig config)
    {
        int h = config.HiddenSize;
        int width = config.MoeIntermediateSize;
        _tensors.Add((blk + "ffn_gate_inp.weight", [config.NumRoutedExperts, h], TensorType.F32));
        Vector(blk + "exp_probs_b.bias", config.NumRoutedExperts);
        Matrix(blk + "ffn_gate_exps", config.NumRoutedExperts, width, h);
        Matrix(blk + "ffn_up_exps", config.NumRoutedExperts, width, h);
        Matrix(blk + "ffn_down_exps", config.NumRoutedExperts, h, width);
        if (config.NumSharedExperts > 0)
        {
            FeedForward(blk, "_shexp", config.NumSharedExperts * width);
        }
    }

    private void FeedForward(string blk, string suffix, int width)
    {
        Matrix($"{blk}ffn_gate{suffix}", width, _config.HiddenSize);
        Matrix($"{blk}ffn_up{suffix}", width, _config.HiddenSize);
        Matrix($"{blk}ffn_down{suffix}", _config.HiddenSize, width);
    }

    private void Matrix(string name, params long[] shape) => _tensors.Add((name + ".weight", shape, TensorType.BF16));

    private void Vector(string name, long length) => _tensors.Add((name, [length], TensorType.F32));
}
