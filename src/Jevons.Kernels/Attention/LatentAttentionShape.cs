namespace Jevons.Kernels;

/// <summary>Sizes of multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1).</summary>
/// <param name="NumHeads">Heads.</param>
/// <param name="NopeDim">qk_nope_head_dim: dimensions of a query or key without rotation.</param>
/// <param name="RopeDim">qk_rope_head_dim: rotated dimensions, shared by all heads on the key side.</param>
/// <param name="LatentDim">kv_lora_rank: dimensions of the cached latent.</param>
/// <param name="ValueDim">v_head_dim.</param>
/// <param name="Scale">Factor of the scores: (NopeDim + RopeDim)^-1/2, times the square of YaRN's magnitude where it applies.</param>
public readonly record struct LatentAttentionShape(int NumHeads, int NopeDim, int RopeDim, int LatentDim, int ValueDim, float Scale);
