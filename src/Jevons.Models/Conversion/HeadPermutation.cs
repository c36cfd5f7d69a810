namespace Jevons.Models;

/// <summary>
/// The row order of llama's query and key matrices: Hugging Face keeps a head's rotated pairs half a head apart, GGUF side
/// by side. GGUF row 2 i + c of a head is checkpoint row i + c d / 2 (c = 0, 1).
/// </summary>
internal static class HeadPermutation
{
    public static long ToCheckpointRow(long ggufRow, int headDim)
    {
        long head = ggufRow / headDim;
        long within = ggufRow % headDim;
        return (head * headDim) + (within / 2) + (within % 2 * (headDim / 2));
    }

    public static long ToGgufRow(long checkpointRow, int headDim)
    {
        long head = checkpointRow / headDim;
        long within = checkpointRow % headDim;
        int half = headDim / 2;
        return (head * headDim) + (within % half * 2) + (within / half);
    }

    /// <summary>True for the tensors that llama's GGUF keeps permuted.</summary>
    public static bool Applies(ModelConfig config, string checkpointName) =>
        config.Architecture == "llama"
        && (checkpointName.Contains(".self_attn.q_proj.", StringComparison.Ordinal)
            || checkpointName.Contains(".self_attn.k_proj.", StringComparison.Ordinal));
}
