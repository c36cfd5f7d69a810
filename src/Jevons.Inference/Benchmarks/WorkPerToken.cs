using System.Globalization;
using Jevons.Formats;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Inference;

/// <summary>
/// What a model's weights cost: bytes that a decode step reads, operations that a prompt token takes. From the tensors of the file:
/// the embedding table counts only where it is also the output projection, layers that only draft not at all, and of the
/// routed experts those that the tokens of a step are expected to choose, taken as evenly spread.
/// </summary>
public sealed class WorkPerToken
{
    private static readonly string[] s_layerPrefixes = ["blk.", "model.layers."];

    private readonly double _denseBytes;
    private readonly double _expertBytes;
    private readonly double _expertShare;

    /// <summary>Counts.</summary>
    /// <param name="weights">The tensors.</param>
    /// <param name="config">Layers and experts.</param>
    public WorkPerToken(Checkpoint weights, ModelConfig config)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(config);
        _expertShare = config is DeepSeekConfig { NumRoutedExperts: > 0 } moe ? (double)moe.Router.TopK / moe.NumRoutedExperts : 1;
        bool hasOutput = weights.Contains("output.weight") || weights.Contains("lm_head.weight");
        double quantized = 0;
        foreach (TensorInfo tensor in weights.Tensors)
        {
            bool isTable = tensor.Name is "token_embd.weight" or "model.embed_tokens.weight";
            bool isOutput = tensor.Name is "output.weight" or "lm_head.weight" || (isTable && !hasOutput);
            if ((isTable && !isOutput) || LayerOf(tensor.Name) >= config.NumLayers)
            {
                continue;
            }

            bool isExpert = tensor.Name.Contains("_exps.", StringComparison.Ordinal) || tensor.Name.Contains(".mlp.experts.", StringComparison.Ordinal);
            (isExpert ? ref _expertBytes : ref _denseBytes) += tensor.ByteLength;
            double operations = isOutput ? 0 : 2.0 * tensor.ElementCount * (isExpert ? _expertShare : 1);
            PromptOperations += operations;
            quantized += tensor.HasKnownType && TensorTypes.IsQuantized(tensor.Type) ? operations : 0;
        }

        IsMostlyQuantized = quantized > PromptOperations / 2;
    }

    /// <summary>Operations of the weight products of one prompt token that needs no logits.</summary>
    public double PromptOperations { get; }

    /// <summary>True when most of them are products of quantised weights.</summary>
    public bool IsMostlyQuantized { get; }

    /// <summary>Bytes of weights that a decode step of some sequences reads.</summary>
    /// <param name="batch">Sequences.</param>
    /// <returns>Bytes.</returns>
    public double DecodeBytes(int batch) => _denseBytes + (_expertBytes * (1 - Math.Pow(1 - _expertShare, batch)));

    // "blk.12.ffn_up.weight" and "model.layers.12.mlp.up_proj.weight" are of layer 12; -1 for what belongs to no layer.
    private static int LayerOf(string name)
    {
        string? prefix = Array.Find(s_layerPrefixes, p => name.StartsWith(p, StringComparison.Ordinal));
        int end = prefix is null ? -1 : name.IndexOf('.', prefix.Length);
        return end >= 0 && int.TryParse(name.AsSpan(prefix!.Length, end - prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            ? layer
            : -1;
    }
}
