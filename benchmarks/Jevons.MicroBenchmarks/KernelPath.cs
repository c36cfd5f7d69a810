namespace Jevons.MicroBenchmarks;

/// <summary>Which kernels run.</summary>
public enum KernelPath
{
    /// <summary>The specification: plain C#.</summary>
    Scalar,

    /// <summary>128-bit intrinsics of ARM64.</summary>
    Neon,

    /// <summary>256-bit intrinsics.</summary>
    Avx2,

    /// <summary>512-bit intrinsics.</summary>
    Avx512,

    /// <summary>Code generated for instructions that .NET lacks, beside 512-bit intrinsics.</summary>
    Generated,
}
