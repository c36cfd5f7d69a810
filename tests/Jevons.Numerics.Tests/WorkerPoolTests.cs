namespace Jevons.Numerics.Tests;

/// <summary>Not run beside other tests, so that what is allocated meanwhile is the pool's own.</summary>
[CollectionDefinition(nameof(WorkerPoolTests), DisableParallelization = true)]
[Collection(nameof(WorkerPoolTests))]
public sealed unsafe class WorkerPoolTests
{
    /// <summary>From one worker to more than the machine has cores.</summary>
    /// <returns>Numbers of workers.</returns>
    public static TheoryData<int> Workers() => [1, 2, 3, Environment.ProcessorCount + 3];

    [Theory]
    [MemberData(nameof(Workers))]
    public void Run_EveryUnitOfManyJobs_RunsExactlyOnce(int workers)
    {
        using WorkerPool pool = new(workers);
        Assert.Equal(workers, pool.Workers);
        SeededRandom random = new(3);
        int[] counts = new int[300];
        for (int job = 0; job < 200; job++)
        {
            int units = random.NextInt32(counts.Length);
            Array.Clear(counts);
            Counting state = new() { Counts = counts, Workers = workers };
            pool.Run(units, ref state, &Count);
            Assert.Equal(units, state.Total);
            Assert.False(state.WorkerOutside);
            Assert.Equal(-1, counts.AsSpan(0, units).IndexOfAnyExcept(1));
            Assert.Equal(-1, counts.AsSpan(units).IndexOfAnyExcept(0));
        }
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void Run_AfterSomeOrAllWorkersParked_StillRunsEveryUnit(int workers)
    {
        using WorkerPool pool = new(workers);
        int[] counts = new int[64];
        for (int job = 0; job < 64; job++)
        {
            // About as long as the workers spin, so that some jobs find all of them asleep and others only a part.
            Thread.Sleep(job % 16);
            Array.Clear(counts);
            Counting state = new() { Counts = counts, Workers = workers };
            pool.Run(counts.Length, ref state, &Count);
            Assert.All(counts, c => Assert.Equal(1, c));
        }
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void Run_AUnitThrows_StopsTheJobThrowsItAndLeavesThePoolUsable(int workers)
    {
        using WorkerPool pool = new(workers);
        for (int round = 0; round < 20; round++)
        {
            int[] counts = new int[10_000];
            Counting state = new() { Counts = counts, Workers = workers, FailAt = 5 };
            InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => Start(pool, ref state));
            Assert.Equal("unit 5", failure.Message);
            Assert.True(counts.Sum() < counts.Length, "units went on being claimed");

            Counting next = new() { Counts = new int[50], Workers = workers };
            pool.Run(50, ref next, &Count);
            Assert.Equal(50, next.Total);
        }

        static void Start(WorkerPool pool, ref Counting state) => pool.Run(state.Counts.Length, ref state, &Count);
    }

    [Fact]
    public void Run_ResultsInOwnOutputs_AreEqualForAnyNumberOfWorkers()
    {
        double[] want = Outputs(1);
        Assert.All(new[] { 2, 4, 7 }, workers => Assert.Equal(want, Outputs(workers)));

        static double[] Outputs(int workers)
        {
            using WorkerPool pool = new(workers);
            double[] y = new double[500];
            Span<double> state = y;
            SpanJob job = new() { Y = state };
            pool.Run(y.Length, ref job, &Fill);
            return y;
        }

        static void Fill(ref SpanJob job, int unit, int worker) => job.Y[unit] = Math.Sqrt(unit);
    }

    [Fact]
    public void Run_NoUnits_CallsNothing()
    {
        using WorkerPool pool = new(2);
        Counting state = new() { Counts = [], Workers = 2 };
        pool.Run(0, ref state, &Count);
        pool.Run(-1, ref state, &Count);
        Assert.Equal(0, state.Total);
    }

    [Fact]
    public void Run_OnceStarted_AllocatesNothing()
    {
        using WorkerPool pool = new(3);
        Counting state = new() { Counts = new int[64], Workers = 3 };
        pool.Run(64, ref state, &Count);

        // The test runner's own threads may allocate at any time, so the smallest of several measurements counts.
        long smallest = long.MaxValue;
        for (int attempt = 0; attempt < 10 && smallest > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int job = 0; job < 200; job++)
            {
                pool.Run(64, ref state, &Count);
            }

            smallest = Math.Min(smallest, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, smallest);
    }

    [Fact]
    public void Dispose_Twice_IsHarmlessAndNoWorkersIsRefused()
    {
        WorkerPool pool = new(4);
        pool.Dispose();
        pool.Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));
    }

    private static void Count(ref Counting state, int unit, int worker)
    {
        if (unit == state.FailAt)
        {
            throw new InvalidOperationException($"unit {unit}");
        }

        if (state.FailAt >= 0 && unit > state.FailAt)
        {
            // Gives a failing worker that lost its core the time to report before all units are gone.
            Thread.Sleep(1);
        }

        if (worker < 0 || worker >= state.Workers)
        {
            Volatile.Write(ref state.WorkerOutside, true);
        }

        Interlocked.Increment(ref state.Counts[unit]);
        Interlocked.Increment(ref state.Total);
    }

    private struct Counting()
    {
        public int[] Counts = [];
        public int Workers;
        public int FailAt = -1;
        public int Total;
        public bool WorkerOutside;
    }

    private ref struct SpanJob
    {
        public Span<double> Y;
    }
}
