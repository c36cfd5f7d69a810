namespace Jevons.Kernels;

/// <summary>Sizes of grouped-query attention: query head h reads KV head h / (NumHeads / NumKvHeads).</summary>
/// <param name="NumHeads">Query heads, a multiple of NumKvHeads.</param>
/// <param name="NumKvHeads">KV heads.</param>
/// <param name="KeyDim">Dimensions of a query and of a key.</param>
/// <param name="ValueDim">Dimensions of a value and of a head's output.</param>
/// <param name="Scale">Factor of the scores, usually 1 / sqrt(KeyDim).</param>
public readonly record struct AttentionShape(int NumHeads, int NumKvHeads, int KeyDim, int ValueDim, float Scale);
