using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Numerics;

/// <summary>What the CPU offers and what kernels may use of it. Immutable; chosen once at start.</summary>
/// <param name="Isa">The widest instruction set that kernels may use.</param>
/// <param name="AvxVnni">256-bit int8 dot products in VEX form (AVX-VNNI).</param>
/// <param name="ArmDotProduct">ARM64 int8 dot products (Dp).</param>
public sealed record CpuFeatures(Isa Isa, bool AvxVnni, bool ArmDotProduct)
{
    /// <summary>Nothing but plain C#.</summary>
    public static CpuFeatures Scalar { get; } = new(Isa.Scalar, AvxVnni: false, ArmDotProduct: false);

    /// <summary>The widest path that this process may use (the runtime's DOTNET_Enable* knobs are respected).</summary>
    /// <returns>Features of this CPU.</returns>
    public static CpuFeatures Detect()
    {
        Isa isa = IsSupported(Isa.Avx512) ? Isa.Avx512
            : IsSupported(Isa.Avx2) ? Isa.Avx2
            : IsSupported(Isa.Neon) ? Isa.Neon
            : Isa.Scalar;
        return For(isa);
    }

    /// <summary>Whether this process can run the kernels of an instruction set.</summary>
    /// <param name="isa">The instruction set.</param>
    /// <returns>True when every instruction it needs is there.</returns>
    public static bool IsSupported(Isa isa) => isa switch
    {
        Isa.Avx512 => Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported && Avx512F.VL.IsSupported
            && Avx512CD.IsSupported && IsSupported(Isa.Avx2),
        Isa.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        Isa.Neon => AdvSimd.Arm64.IsSupported,
        _ => true,
    };

    /// <summary>All instruction sets that this process can run, narrowest first.</summary>
    /// <returns>At least <see cref="Isa.Scalar"/>.</returns>
    public static IEnumerable<Isa> Supported() => Enum.GetValues<Isa>().Where(IsSupported);

    /// <summary>Features for one instruction set, narrower than the widest if asked.</summary>
    /// <param name="isa">The instruction set to use.</param>
    /// <returns>Features for it.</returns>
    /// <exception cref="PlatformNotSupportedException">The CPU, or the runtime's settings, do not allow it.</exception>
    public static CpuFeatures For(Isa isa)
    {
        if (!IsSupported(isa))
        {
            throw new PlatformNotSupportedException(
                $"this CPU (or the runtime's settings) does not allow {isa}; it allows {string.Join(", ", Supported())}");
        }

        bool x86 = isa is Isa.Avx2 or Isa.Avx512;
        return new CpuFeatures(isa, x86 && System.Runtime.Intrinsics.X86.AvxVnni.IsSupported, isa == Isa.Neon && Dp.IsSupported);
    }
}
