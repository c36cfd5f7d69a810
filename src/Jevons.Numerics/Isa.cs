namespace Jevons.Numerics;

/// <summary>The instruction set that kernels are chosen for, narrowest first. Every wider one includes the scalar path.</summary>
public enum Isa
{
    /// <summary>Plain C#: the specification that the other paths are held against.</summary>
    Scalar,

    /// <summary>ARM64 Advanced SIMD (128 bits), with dot products where the CPU has them.</summary>
    Neon,

    /// <summary>x86-64 AVX2 and FMA (256 bits).</summary>
    Avx2,

    /// <summary>x86-64 AVX-512 F, BW, DQ, VL and CD (512 bits).</summary>
    Avx512,
}
