namespace Jevons.Kernels;

/// <summary>Which operand of <see cref="Gemm"/> is stored transposed: one letter for A, one for B, as in BLAS.</summary>
public enum GemmForm
{
    /// <summary>C [M, N] = A [M, K] B [K, N].</summary>
    NN,

    /// <summary>C [M, N] = A [M, K] B^T, B stored [N, K]: activations times weights.</summary>
    NT,

    /// <summary>C [M, N] = A^T B, A stored [K, M] and B [K, N]: gradients of weights.</summary>
    TN,
}
