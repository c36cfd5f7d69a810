using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Jevons.Kernels.Generated;
using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>The instruction sets that kernels can use or that a reader of a report asks for, and whether this process may use them.</summary>
public static class InstructionSets
{
    /// <summary>
    /// Whether int8 products run on code that is generated for AVX-512 VNNI: the features ask for it and the system lets a process
    /// execute what it wrote.
    /// </summary>
    /// <param name="features">What kernels may use.</param>
    /// <returns>False where the intrinsic kernels run.</returns>
    public static bool UsesGeneratedKernels(CpuFeatures features)
    {
        ArgumentNullException.ThrowIfNull(features);
        return UsesGeneratedKernels(features, GeneratedKernels.OfProcess);
    }

    /// <summary>
    /// The generated kernels that are not used because they gave other bits than the definition on a probe of this process, or because
    /// the system refused memory for them; the intrinsic kernels run instead. Makes every kernel to find out.
    /// </summary>
    /// <param name="features">What kernels may use.</param>
    /// <returns>Types of weights and activations, such as "Q4_0 x int8"; empty as it should be.</returns>
    public static IReadOnlyList<string> RefusedKernels(CpuFeatures features)
    {
        if (!UsesGeneratedKernels(features))
        {
            return [];
        }

        GeneratedKernels.MakeAll(features);
        return GeneratedKernels.OfProcess.Refused;
    }

    /// <summary>The same for some kernels.</summary>
    /// <param name="features">What kernels may use.</param>
    /// <param name="kernels">Whether generated code can run.</param>
    internal static bool UsesGeneratedKernels(CpuFeatures features, GeneratedKernels kernels) => features.Avx512Vnni && kernels.IsAvailable;

    /// <summary>Every set of this kind of processor with the runtime's answer; false also where a setting switches it off.</summary>
    /// <returns>Names as /proc/cpuinfo spells them, so that the two can be compared.</returns>
    public static IReadOnlyList<(string Name, bool IsUsable)> All() => ArmBase.IsSupported
        ?
        [
            ("asimd", AdvSimd.IsSupported), ("asimddp", Dp.IsSupported), ("asimdrdm", Rdm.IsSupported), ("crc32", Crc32.IsSupported),
        ]
        :
        [
            ("sse4_2", Sse42.IsSupported), ("avx", Avx.IsSupported), ("fma", Fma.IsSupported),
            ("avx2", Avx2.IsSupported), ("avx_vnni", AvxVnni.IsSupported), ("avx512f", Avx512F.IsSupported), ("avx512bw", Avx512BW.IsSupported),
            ("avx512dq", Avx512DQ.IsSupported), ("avx512vl", Avx512F.VL.IsSupported), ("avx512cd", Avx512CD.IsSupported),
            ("avx512vbmi", Avx512Vbmi.IsSupported),
        ];
}
