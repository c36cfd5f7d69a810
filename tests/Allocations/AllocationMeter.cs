using Jevons.Numerics;

namespace Jevons.Testing;

/// <summary>
/// Counts what a piece of work allocates. The threads that compute (the caller and the pool's workers) are read one by one, each
/// from its own counter, so that the count is exact whatever the process does beside them; the process's own total is read
/// too, so that an allocation on any other thread shows.
/// </summary>
internal static unsafe class AllocationMeter
{
    // The test platform has threads of its own (its messages, its timers). What they allocate falls into one round or another;
    // what the work allocates falls into all.
    private const int Rounds = 3;

    /// <summary>Asserts that the work allocates nothing: on the computing threads in any round, in the process in one of three.</summary>
    /// <param name="pool">The threads that compute.</param>
    /// <param name="work">The work of one round.</param>
    public static void AssertNone(WorkerPool pool, Action work)
    {
        Span<long> elsewhere = stackalloc long[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            long threads = OfThreads(pool);
            long process = GC.GetTotalAllocatedBytes(precise: true);
            work();
            elsewhere[round] = GC.GetTotalAllocatedBytes(precise: true) - process;
            Assert.Equal(0, OfThreads(pool) - threads);
            if (elsewhere[round] == 0)
            {
                return;
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"round {round}: {elsewhere[round]} bytes on threads that do not compute");
        }

        Assert.Fail($"the computing threads allocate nothing, but others of the process did in every round: {string.Join(", ", elsewhere.ToArray())} bytes");
    }

    private static long OfThreads(WorkerPool pool)
    {
        Counters counters = new() { Workers = pool.Workers };
        pool.Run(pool.Workers, ref counters, &Count);
        return counters.Bytes;
    }

    // Every unit waits until all have begun, so each thread takes exactly one.
    private static void Count(ref Counters counters, int unit, int worker)
    {
        Interlocked.Increment(ref counters.Begun);
        while (Volatile.Read(ref counters.Begun) < counters.Workers)
        {
            Thread.Yield();
        }

        Interlocked.Add(ref counters.Bytes, GC.GetAllocatedBytesForCurrentThread());
    }

    private struct Counters
    {
        public int Workers;
        public int Begun;
        public long Bytes;
    }
}
