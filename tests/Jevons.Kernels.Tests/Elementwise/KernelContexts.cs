using Jevons.Numerics;

namespace Jevons.Kernels.Tests;

/// <summary>
/// Contexts of every lane width. The float kernels are written on the portable vector types, so each of them runs on every
/// machine (in registers where the CPU has them, else in software) and none has to be skipped.
/// </summary>
internal static class KernelContexts
{
    /// <summary>Every instruction set of the float kernels, for member data.</summary>
    public static TheoryData<Isa> AllIsas { get; } = [Isa.Scalar, Isa.Neon, Isa.Avx2, Isa.Avx512];

    /// <summary>The vector ones.</summary>
    public static TheoryData<Isa> VectorIsas { get; } = [Isa.Neon, Isa.Avx2, Isa.Avx512];

    public static OwnedContext Create(Isa isa, int workers = 1) => new(new CpuFeatures(isa, AvxVnni: false, ArmDotProduct: false), workers);

    public static OwnedContext Widest(int workers = 1) => new(CpuFeatures.Detect(), workers);
}
