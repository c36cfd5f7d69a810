using System.Runtime.Intrinsics;
using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// Measures how fast all threads together read memory: sums of a buffer that is larger than the caches, as a decode step reads
/// weights. The bound of one-token decoding.
/// </summary>
public static unsafe class MemoryProbe
{
    private const long UnitBytes = 1 << 20;

    /// <summary>Measures.</summary>
    /// <param name="context">Threads and instruction set.</param>
    /// <param name="timer">How long.</param>
    /// <param name="bytes">Size of the buffer; several times the last cache level.</param>
    /// <returns>Bytes per second.</returns>
    public static double ReadBandwidth(KernelContext context, ProbeTimer timer, long bytes)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(timer);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, UnitBytes);
        int units = (int)(bytes / UnitBytes);
        using AlignedMemory memory = new(units * UnitBytes);

        // Pages that were never written are all the same page of zeros, which the caches hold.
        for (int unit = 0; unit < units; unit++)
        {
            memory.AsSpan<byte>(unit * UnitBytes, (int)UnitBytes).Fill((byte)unit);
        }

        ulong[] sums = new ulong[units];
        fixed (ulong* sumsPointer = sums)
        {
            Job job = new() { Memory = memory.Pointer, Sums = sumsPointer };
            return timer.BestRate(units * (double)UnitBytes, () => Run(context, job, units));
        }
    }

    private static void Run(KernelContext context, Job job, int units) => context.Pool.Run(units, ref job, &Sum);

    // Four sums hide the latency of the additions; the loads are what is timed.
    private static void Sum(ref Job job, int unit, int worker)
    {
        byte* p = job.Memory + (unit * UnitBytes);
        byte* end = p + UnitBytes;
        Vector256<ulong> a = default;
        Vector256<ulong> b = default;
        Vector256<ulong> c = default;
        Vector256<ulong> d = default;
        for (; p < end; p += 128)
        {
            a += Vector256.LoadAligned((ulong*)p);
            b += Vector256.LoadAligned((ulong*)(p + 32));
            c += Vector256.LoadAligned((ulong*)(p + 64));
            d += Vector256.LoadAligned((ulong*)(p + 96));
        }

        job.Sums[unit] = Vector256.Sum(a + b + c + d);
    }

    private struct Job
    {
        public byte* Memory;
        public ulong* Sums;
    }
}
