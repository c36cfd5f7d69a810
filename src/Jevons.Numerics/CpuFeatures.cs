using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Numerics;

/// <summary>What the CPU offers and what kernels may use of it. Immutable; chosen once at start.</summary>
/// <param name="Isa">The widest instruction set that kernels may use.</param>
/// <param name="AvxVnni">256-bit int8 dot products in VEX form (AVX-VNNI).</param>
/// <param name="ArmDotProduct">ARM64 int8 dot products (Dp).</param>
public sealed record CpuFeatures(Isa Isa, bool AvxVnni, bool ArmDotProduct)
{
    /// <summary>
    /// 512-bit int8 dot products (AVX-512 VNNI), for which .NET has no intrinsics: kernels of them are generated at run time.
    /// Only <see cref="Detect"/> sets it; features that are asked for by name mean the intrinsic kernels.
    /// </summary>
    public bool Avx512Vnni { get; init; }

    /// <summary>512-bit products of bfloat16 pairs (AVX-512 BF16); generated as well.</summary>
    public bool Avx512BFloat16 { get; init; }

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
        CpuFeatures features = For(isa);
        if (isa != Isa.Avx512)
        {
            return features;
        }

        // CPUID leaf 7: ECX bit 11 of subleaf 0, EAX bit 5 of subleaf 1 (Intel SDM, volume 2A, CPUID).
        bool vnni = (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;
        bool brain = (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        return features with { Avx512Vnni = vnni, Avx512BFloat16 = brain };
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
