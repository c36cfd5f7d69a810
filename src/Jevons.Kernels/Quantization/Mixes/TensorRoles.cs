using System.Globalization;

namespace Jevons.Kernels.Quantization;

/// <summary>Reads roles and layer numbers from GGUF tensor names.</summary>
internal static class TensorRoles
{
    // Small, sensitive or position-like weights, which stay as they are whatever the mix.
    private static readonly string[] s_kept =
    [
        "_norm.weight", "ffn_gate_inp.weight", "ffn_gate_tid2eid", "altup", "laurel", "per_layer_model_proj", "ssm_conv1d",
        "shortconv.conv.weight", "indexer.k_proj", "indexer.q_proj", "attn_rel_b", "position_embd", "token_types.weight",
        "time_mix_first.weight", "time_mix_w0.weight", "time_mix_w1.weight", "time_mix_w2.weight", "time_mix_v0.weight",
        "time_mix_v1.weight", "time_mix_v2.weight", "time_mix_a0.weight", "time_mix_a1.weight", "time_mix_a2.weight",
        "time_mix_g1.weight", "time_mix_g2.weight", "time_mix_decay_w1.weight", "time_mix_decay_w2.weight",
        "time_mix_lerp_fused.weight", "patch_embd", "pos_embd", "rel_pos", "codebook",
    ];

    private static readonly (string Part, TensorRole Role)[] s_parts =
    [
        ("attn_qkv.weight", TensorRole.Value), ("attn_kv_b.weight", TensorRole.Value), ("attn_v.weight", TensorRole.Value),
        ("attn_k.weight", TensorRole.Key), ("attn_output.weight", TensorRole.AttentionOutput), ("ffn_down", TensorRole.FeedForwardDown),
    ];

    /// <summary>True for a matrix, or a stack of matrices, that quantisation may touch.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Whether it gets a new type.</returns>
    public static bool IsQuantized(MixTensor tensor) => tensor.Rank >= 2
        && tensor.Name.EndsWith("weight", StringComparison.Ordinal)
        && !Array.Exists(s_kept, part => tensor.Name.Contains(part, StringComparison.Ordinal));

    /// <summary>The role of a tensor.</summary>
    /// <param name="name">GGUF name.</param>
    /// <returns>Its role.</returns>
    public static TensorRole Of(string name)
    {
        switch (name)
        {
            case "output.weight":
                return TensorRole.Output;
            case "token_embd.weight" or "per_layer_token_embd.weight":
                return TensorRole.TokenEmbedding;
            default:
                foreach ((string part, TensorRole role) in s_parts)
                {
                    if (name.Contains(part, StringComparison.Ordinal))
                    {
                        return role;
                    }
                }

                return TensorRole.Other;
        }
    }

    /// <summary>The number in <c>blk.N.</c>, or -1 where there is none.</summary>
    /// <param name="name">GGUF name.</param>
    /// <returns>The layer.</returns>
    public static int Layer(string name)
    {
        const string Prefix = "blk.";
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return -1;
        }

        int end = name.IndexOf('.', Prefix.Length);
        return end > 0 && int.TryParse(name.AsSpan(Prefix.Length, end - Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int layer)
            ? layer
            : -1;
    }
}
