using System.Runtime.InteropServices;

namespace Jevons.Benchmarks;

/// <summary>Tokens of one pass as llama.cpp takes them (<c>llama_batch</c>): pointers to arrays of the same length.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TokenBatch
{
    /// <summary>Tokens in the arrays.</summary>
    public int Count;

    /// <summary>Token ids.</summary>
    public int* Tokens;

    /// <summary>Embeddings instead of ids; null.</summary>
    public float* Embeddings;

    /// <summary>Position of each token in its sequence.</summary>
    public int* Positions;

    /// <summary>Sequences that each token belongs to: how many.</summary>
    public int* SequenceCounts;

    /// <summary>Which sequences.</summary>
    public int** Sequences;

    /// <summary>Not 0 where the logits of a token are wanted.</summary>
    public sbyte* Outputs;
}
