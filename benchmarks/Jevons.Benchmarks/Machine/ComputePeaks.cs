using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Jevons.Kernels;

namespace Jevons.Benchmarks;

/// <summary>What the arithmetic units of all threads reach together, in multiply-adds a second.</summary>
/// <param name="Int8">vpdpbusd on 512 bits, or what the kernels use where the processor lacks it.</param>
/// <param name="Float32">Fused multiply-add on 512 bits.</param>
/// <param name="BFloat16">vdpbf16ps on 512 bits; 0 where the processor lacks it.</param>
internal sealed record ComputePeaks(double Int8, double Float32, double BFloat16)
{
    private const long Turns = 200_000;
    private const int Tries = 5;

    /// <summary>Measures.</summary>
    /// <param name="threads">The threads of the probes.</param>
    /// <param name="fallback">Where 512-bit instructions are missing, the loops of our own kernels run here.</param>
    public static ComputePeaks Measure(ProbeThreads threads, KernelContext fallback)
    {
        bool wide = Avx512F.IsSupported && RuntimeInformation.ProcessArchitecture == Architecture.X64 && OperatingSystem.IsLinux();
        bool vnni = wide && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;
        bool bfloat = wide && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
        ProbeTimer timer = new(TimeProvider.System, TimeSpan.FromMilliseconds(50));
        return new ComputePeaks(
            vnni ? Rate(threads, prefix: 1, 0x50, 64) : ArithmeticProbe.Int8(fallback, timer) / 2,
            wide ? Rate(threads, prefix: 1, 0xB8, 16) : ArithmeticProbe.Float32(fallback, timer) / 2,
            bfloat ? Rate(threads, prefix: 2, 0x52, 32) : 0);
    }

    private static double Rate(ProbeThreads threads, int prefix, byte opcode, int products)
    {
        using LoopCode loop = new(prefix, opcode);
        double best = 0;
        for (int i = 0; i < Tries; i++)
        {
            long start = Stopwatch.GetTimestamp();
            threads.Run(_ => loop.Run(Turns));
            best = Math.Max(best, (double)Turns * LoopCode.Instructions * products * threads.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
