using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Jevons.Numerics;

/// <summary>
/// Persistent threads that run one job at a time over units 0..n-1. The caller works too, as worker 0. Units are claimed
/// one by one from a shared counter, so which worker runs a unit is not fixed; a unit must therefore write only its own
/// outputs, and results do not depend on the number of workers. Fork and join allocate nothing. One caller at a time.
/// </summary>
public sealed unsafe class WorkerPool : IDisposable
{
    // Long enough to bridge the gap between two kernels of a decode step, short enough not to burn an idle core: some hundred
    // microseconds of pauses.
    private const int SpinIterations = 10_000;

    // Before the caller gives its core away: where cores are oversubscribed the last unit may need it.
    private const int JoinIterations = 2_000;

    private readonly Thread[] _threads;
    private readonly object _gate = new();
    private Job _job;
    private int _generation;
    private int _parked;
    private int _busy;
    private bool _stopping;
    private Exception? _failure;

    /// <summary>Starts <paramref name="workers"/> - 1 threads.</summary>
    /// <param name="workers">Workers in all, the caller included; at least 1.</param>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        _threads = new Thread[workers - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int worker = i + 1;
            _threads[i] = new Thread(() => Loop(worker)) { IsBackground = true, Name = $"jevons-worker-{worker}" };
            _threads[i].Start();
        }
    }

    /// <summary>Workers in all, the caller included.</summary>
    public int Workers { get; }

    /// <summary>
    /// Runs <paramref name="body"/> for every unit and returns when all are done. An exception of a unit stops the claiming
    /// of further units and is thrown here.
    /// </summary>
    /// <typeparam name="T">The job's state; unmanaged or holding references, passed by reference and never copied.</typeparam>
    /// <param name="units">Number of units.</param>
    /// <param name="state">Shared state; lives on the caller's stack for the duration of the call.</param>
    /// <param name="body">Receives state, unit and worker index (0..Workers-1, for per-worker scratch).</param>
    public void Run<T>(int units, ref T state, delegate*<ref T, int, int, void> body)
        where T : allows ref struct
    {
        if (units <= 0)
        {
            return;
        }

        if (units == 1 || _threads.Length == 0)
        {
            for (int unit = 0; unit < units; unit++)
            {
                body(ref state, unit, 0);
            }

            return;
        }

        // The state stays on this stack frame until every worker has left the job, so its address is stable.
        _job = new Job { Units = units, State = Unsafe.AsPointer(ref state), Body = (void*)body, Invoke = &Invoke<T>, Next = 0 };
        _failure = null;
        Volatile.Write(ref _busy, _threads.Length);
        Interlocked.Increment(ref _generation);
        WakeParked();
        Work(0);
        Join();

        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }
    }

    /// <summary>Stops the threads. No job may be running.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        Interlocked.Increment(ref _generation);
        WakeParked();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private static void Invoke<T>(void* body, void* state, int unit, int worker)
        where T : allows ref struct => ((delegate*<ref T, int, int, void>)body)(ref Unsafe.AsRef<T>(state), unit, worker);

    private void Work(int worker)
    {
        try
        {
            int unit;
            while ((unit = Interlocked.Increment(ref _job.Next) - 1) < _job.Units)
            {
                _job.Invoke(_job.Body, _job.State, unit, worker);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, e, null);
            Volatile.Write(ref _job.Next, int.MaxValue / 2);
        }
    }

    // Pauses come first: giving the core away costs a system call, more than most waits.
    private void Join()
    {
        for (int i = 0; i < JoinIterations; i++)
        {
            if (Volatile.Read(ref _busy) == 0)
            {
                return;
            }

            Pause();
        }

        while (Volatile.Read(ref _busy) > 0)
        {
            Thread.Yield();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    private void Loop(int worker)
    {
        int seen = 0;
        while (true)
        {
            seen = WaitForGeneration(seen);
            if (_stopping)
            {
                return;
            }

            Work(worker);
            Interlocked.Decrement(ref _busy);
        }
    }

    private int WaitForGeneration(int seen)
    {
        for (int i = 0; i < SpinIterations; i++)
        {
            int now = Volatile.Read(ref _generation);
            if (now != seen)
            {
                return now;
            }

            Pause();
        }

        // The count of the parked is raised before the generation is read, and the caller raises the generation before it reads
        // that count: whichever comes second sees the other. The gate keeps a pulse from falling between the check and the wait.
        Interlocked.Increment(ref _parked);
        lock (_gate)
        {
            while (Volatile.Read(ref _generation) == seen)
            {
                Monitor.Wait(_gate);
            }
        }

        Interlocked.Decrement(ref _parked);
        return Volatile.Read(ref _generation);
    }

    private void WakeParked()
    {
        if (Volatile.Read(ref _parked) > 0)
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    private struct Job
    {
        public int Units;
        public int Next;
        public void* State;
        public void* Body;
        public delegate*<void*, void*, int, int, void> Invoke;
    }
}
