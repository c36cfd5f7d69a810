using System.Globalization;

namespace Jevons.Models;

/// <summary>
/// The one table between checkpoint names (Hugging Face) and GGUF tensor names. Everything above it speaks checkpoint names.
/// </summary>
public static class GgufNames
{
    private const string LayerPrefix = "model.layers.";

    private static readonly (string Checkpoint, string Gguf)[] s_global =
    [
        ("model.embed_tokens.weight", "token_embd.weight"),
        ("model.norm.weight", "output_norm.weight"),
        ("lm_head.weight", "output.weight"),
    ];

    private static readonly (string Checkpoint, string Gguf)[] s_layer =
    [
        ("input_layernorm.weight", "attn_norm.weight"),
        ("post_attention_layernorm.weight", "ffn_norm.weight"),
        ("self_attn.q_proj.weight", "attn_q.weight"),
        ("self_attn.k_proj.weight", "attn_k.weight"),
        ("self_attn.v_proj.weight", "attn_v.weight"),
        ("self_attn.o_proj.weight", "attn_output.weight"),
        ("self_attn.q_proj.bias", "attn_q.bias"),
        ("self_attn.k_proj.bias", "attn_k.bias"),
        ("self_attn.v_proj.bias", "attn_v.bias"),
        ("self_attn.o_proj.bias", "attn_output.bias"),
        ("self_attn.q_norm.weight", "attn_q_norm.weight"),
        ("self_attn.k_norm.weight", "attn_k_norm.weight"),
        ("self_attn.q_a_proj.weight", "attn_q_a.weight"),
        ("self_attn.q_a_layernorm.weight", "attn_q_a_norm.weight"),
        ("self_attn.q_b_proj.weight", "attn_q_b.weight"),
        ("self_attn.kv_a_proj_with_mqa.weight", "attn_kv_a_mqa.weight"),
        ("self_attn.kv_a_layernorm.weight", "attn_kv_a_norm.weight"),
        ("self_attn.kv_b_proj.weight", "attn_kv_b.weight"),
        ("self_attn.k_b_proj.weight", "attn_k_b.weight"),
        ("self_attn.v_b_proj.weight", "attn_v_b.weight"),
        ("mlp.gate_proj.weight", "ffn_gate.weight"),
        ("mlp.up_proj.weight", "ffn_up.weight"),
        ("mlp.down_proj.weight", "ffn_down.weight"),
        ("mlp.gate.weight", "ffn_gate_inp.weight"),
        ("mlp.gate.e_score_correction_bias", "exp_probs_b.bias"),
        ("mlp.experts.gate_proj.weight", "ffn_gate_exps.weight"),
        ("mlp.experts.up_proj.weight", "ffn_up_exps.weight"),
        ("mlp.experts.down_proj.weight", "ffn_down_exps.weight"),
        ("mlp.experts.gate_up_proj.weight", "ffn_gate_up_exps.weight"),
        ("mlp.shared_experts.gate_proj.weight", "ffn_gate_shexp.weight"),
        ("mlp.shared_experts.up_proj.weight", "ffn_up_shexp.weight"),
        ("mlp.shared_experts.down_proj.weight", "ffn_down_shexp.weight"),
        ("eh_proj.weight", "nextn.eh_proj.weight"),
        ("enorm.weight", "nextn.enorm.weight"),
        ("hnorm.weight", "nextn.hnorm.weight"),
        ("embed_tokens.weight", "nextn.embed_tokens.weight"),
        ("shared_head.norm.weight", "nextn.shared_head_norm.weight"),
        ("shared_head.head.weight", "nextn.shared_head_head.weight"),
    ];

    private static readonly Dictionary<string, string> s_toGguf = s_global.Concat(s_layer)
        .ToDictionary(p => p.Checkpoint, p => p.Gguf, StringComparer.Ordinal);

    private static readonly Dictionary<string, string> s_toCheckpoint = s_global.Concat(s_layer)
        .ToDictionary(p => p.Gguf, p => p.Checkpoint, StringComparer.Ordinal);

    /// <summary>The GGUF name of a checkpoint tensor, or null when GGUF has none of its own (a single expert's matrix, scales).</summary>
    /// <param name="checkpointName">Such as model.layers.3.self_attn.q_a_proj.weight.</param>
    /// <returns>Such as blk.3.attn_q_a.weight.</returns>
    public static string? ToGguf(string checkpointName)
    {
        if (!checkpointName.StartsWith(LayerPrefix, StringComparison.Ordinal))
        {
            return s_toGguf.GetValueOrDefault(checkpointName);
        }

        return SplitNumber(checkpointName.AsSpan(LayerPrefix.Length), out int layer, out string rest)
            && s_toGguf.TryGetValue(rest, out string? name)
            ? string.Create(CultureInfo.InvariantCulture, $"blk.{layer}.{name}")
            : null;
    }

    /// <summary>The checkpoint name of a GGUF tensor, or null when it is not one of these models'.</summary>
    /// <param name="ggufName">Such as blk.3.attn_q_a.weight.</param>
    /// <returns>Such as model.layers.3.self_attn.q_a_proj.weight.</returns>
    public static string? ToCheckpoint(string ggufName)
    {
        if (!ggufName.StartsWith("blk.", StringComparison.Ordinal))
        {
            return s_toCheckpoint.GetValueOrDefault(ggufName);
        }

        if (!SplitNumber(ggufName.AsSpan(4), out int layer, out string rest))
        {
            return null;
        }

        rest = rest == "exp_probs_b" ? "exp_probs_b.bias" : rest;
        return s_toCheckpoint.TryGetValue(rest, out string? name)
            ? string.Create(CultureInfo.InvariantCulture, $"{LayerPrefix}{layer}.{name}")
            : null;
    }

    private static bool SplitNumber(ReadOnlySpan<char> text, out int number, out string rest)
    {
        int dot = text.IndexOf('.');
        rest = dot < 0 ? "" : text[(dot + 1)..].ToString();
        number = 0;
        return dot > 0 && int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
