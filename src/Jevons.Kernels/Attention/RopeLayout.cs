namespace Jevons.Kernels;

/// <summary>Which two dimensions of a head form pair i of a rotary embedding over D dimensions.</summary>
public enum RopeLayout
{
    /// <summary>Dimensions 2i and 2i + 1 ("norm" in GGUF terms: llama and deepseek2 files, Hugging Face deepseek_v3).</summary>
    Interleaved,

    /// <summary>Dimensions i and i + D/2 ("neox": qwen2 and qwen3 files, Hugging Face llama and qwen).</summary>
    Half,
}
