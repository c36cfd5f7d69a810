using System.Diagnostics;
using System.Runtime.Intrinsics;

namespace Jevons.Benchmarks;

/// <summary>
/// Says within about 50 ms how the processors stand to each other: two threads pass a cache line to and fro, then all threads
/// read memory. The best of several short tries counts, because whatever else runs only slows a probe.
/// </summary>
internal sealed unsafe class PlacementProbe : IDisposable
{
    private const nuint MemoryBytes = 256 << 20;
    private const int RoundTrips = 1000;
    private const int CacheLine = 64;
    private static readonly long s_pingPongTicks = Stopwatch.Frequency / 100;
    private static readonly long s_readTicks = Stopwatch.Frequency / 25;

    private readonly ProbeThreads _threads;
    private readonly byte* _memory;
    private readonly long[] _line = new long[CacheLine * 2 / sizeof(long)];
    private ulong _sink;

    /// <summary>Makes a probe.</summary>
    /// <param name="threads">Its threads, borrowed; at least two.</param>
    /// <param name="hugePages">Asks for huge pages; the probes beside samples read ordinary ones, as a mapped file has.</param>
    public PlacementProbe(ProbeThreads threads, bool hugePages)
    {
        _threads = threads;
        _memory = NativeMethods.Map(null, MemoryBytes, NativeMethods.Read | NativeMethods.Write, NativeMethods.PrivateAnonymous, -1, 0);
        if ((nint)_memory == -1)
        {
            throw new InvalidOperationException("the system gives no 256 MiB to probe memory with");
        }

        _ = NativeMethods.Advise(_memory, MemoryBytes, hugePages ? NativeMethods.HugePages : NativeMethods.HugePages + 1);

        // Pages that were never written are all the same page of zeros, which the caches hold.
        for (nuint i = 0; i < MemoryBytes; i += 4096)
        {
            _memory[i] = (byte)(i >> 12);
        }

        Measure();
    }

    /// <summary>Probes.</summary>
    public Placement Measure() => new(PingPong(), Bandwidth());

    /// <inheritdoc/>
    public void Dispose() => _ = NativeMethods.Unmap(_memory, MemoryBytes);

    // Even numbers are thread 0's to raise, odd ones thread 1's. Thread 0 alone looks at the clock and ends the game with -1.
    private double PingPong()
    {
        ref long ball = ref _line[CacheLine / sizeof(long)];
        Volatile.Write(ref ball, 0);
        double best = double.MaxValue;
        _threads.Run(thread =>
        {
            if (thread == 0)
            {
                best = Serve();
            }
            else if (thread == 1)
            {
                Return();
            }
        });
        return best;
    }

    private double Serve()
    {
        ref long ball = ref _line[CacheLine / sizeof(long)];
        double best = double.MaxValue;
        long began = Stopwatch.GetTimestamp();
        long value = 0;
        while (Stopwatch.GetTimestamp() - began < s_pingPongTicks)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < RoundTrips; i++)
            {
                Volatile.Write(ref ball, value + 1);
                value += 2;
                for (long spins = 0; Volatile.Read(ref ball) != value; spins++)
                {
                    // The other side may not have been given a processor: after a while, give it this one.
                    if (spins > 100_000)
                    {
                        Thread.Yield();
                    }
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds / RoundTrips);
        }

        Volatile.Write(ref ball, -1);
        return best;
    }

    private void Return()
    {
        ref long ball = ref _line[CacheLine / sizeof(long)];
        while (true)
        {
            long value = Volatile.Read(ref ball);
            if (value < 0)
            {
                return;
            }

            if ((value & 1) == 1)
            {
                Volatile.Write(ref ball, value + 1);
            }
        }
    }

    private double Bandwidth()
    {
        double best = 0;
        long began = Stopwatch.GetTimestamp();
        nuint share = MemoryBytes / (nuint)_threads.Count / CacheLine * CacheLine;
        do
        {
            long start = Stopwatch.GetTimestamp();
            _threads.Run(thread => Sum(_memory + ((nuint)thread * share), share));
            best = Math.Max(best, share * (double)_threads.Count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        while (Stopwatch.GetTimestamp() - began < s_readTicks);
        return best;
    }

    // Four sums hide the latency of the additions; the loads are what is timed.
    private void Sum(byte* p, nuint bytes)
    {
        Vector256<ulong> a = default;
        Vector256<ulong> b = default;
        Vector256<ulong> c = default;
        Vector256<ulong> d = default;
        for (byte* end = p + (bytes / 128 * 128); p < end; p += 128)
        {
            a += Vector256.LoadAligned((ulong*)p);
            b += Vector256.LoadAligned((ulong*)(p + 32));
            c += Vector256.LoadAligned((ulong*)(p + 64));
            d += Vector256.LoadAligned((ulong*)(p + 96));
        }

        Interlocked.Add(ref _sink, Vector256.Sum(a + b + c + d));
    }
}
