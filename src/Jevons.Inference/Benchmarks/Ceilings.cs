using Jevons.Kernels;

namespace Jevons.Inference;

/// <summary>What the machine can do at most, measured with the threads and instructions that a model would use.</summary>
/// <param name="MemoryBandwidth">Bytes read a second.</param>
/// <param name="Float32">f32 operations a second.</param>
/// <param name="Int8">int8 operations a second.</param>
public sealed record Ceilings(double MemoryBandwidth, double Float32, double Int8)
{
    private const long MemoryBytes = 256L << 20;

    /// <summary>Measures.</summary>
    /// <param name="context">Threads and instruction set.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="each">Time for each of the three.</param>
    /// <returns>The best that was seen of each.</returns>
    public static Ceilings Measure(KernelContext context, TimeProvider clock, TimeSpan each)
    {
        ProbeTimer timer = new(clock, each);
        return new Ceilings(
            MemoryProbe.ReadBandwidth(context, timer, MemoryBytes), ArithmeticProbe.Float32(context, timer), ArithmeticProbe.Int8(context, timer));
    }
}
