using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.MicroBenchmarks;

/// <summary>The paths that this process can run.</summary>
internal static class KernelPaths
{
    /// <summary>Paths of products, narrowest first.</summary>
    public static IEnumerable<KernelPath> OfProducts() => Enum.GetValues<KernelPath>().Where(IsSupported);

    /// <summary>Paths of kernels for which no code is generated.</summary>
    public static IEnumerable<KernelPath> OfIntrinsics() => OfProducts().Where(p => p != KernelPath.Generated);

    /// <summary>What kernels may use on a path.</summary>
    /// <param name="path">A path of <see cref="OfProducts"/>.</param>
    public static CpuFeatures Features(KernelPath path) =>
        path == KernelPath.Generated ? CpuFeatures.Detect() : CpuFeatures.For(Enum.Parse<Isa>(path.ToString()));

    private static bool IsSupported(KernelPath path) => path == KernelPath.Generated
        ? InstructionSets.UsesGeneratedKernels(CpuFeatures.Detect())
        : CpuFeatures.IsSupported(Enum.Parse<Isa>(path.ToString()));
}
