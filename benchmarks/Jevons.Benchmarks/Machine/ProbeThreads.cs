namespace Jevons.Benchmarks;

/// <summary>
/// Threads of the probes, one a processor and bound to it, so that a probe measures the processors and not where the scheduler
/// put it. They sleep between probes.
/// </summary>
internal sealed class ProbeThreads : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _starts;
    private readonly CountdownEvent _done;
    private Action<int> _job = _ => { };
    private volatile bool _isStopping;

    /// <summary>Starts the threads.</summary>
    /// <param name="count">How many; thread i runs on processor i.</param>
    public ProbeThreads(int count)
    {
        _starts = [.. Enumerable.Range(0, count).Select(_ => new SemaphoreSlim(0))];
        _done = new CountdownEvent(count);
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() => Loop(i)) { IsBackground = true, Name = $"probe-{i}" })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Threads.</summary>
    public int Count => _threads.Length;

    /// <summary>Runs a job on all threads and waits for them.</summary>
    /// <param name="job">Told the thread's number.</param>
    public void Run(Action<int> job)
    {
        _job = job;
        _done.Reset();
        foreach (SemaphoreSlim start in _starts)
        {
            start.Release();
        }

        _done.Wait();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isStopping = true;
        foreach (SemaphoreSlim start in _starts)
        {
            start.Release();
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        foreach (SemaphoreSlim start in _starts)
        {
            start.Dispose();
        }

        _done.Dispose();
    }

    // A bound that the system refuses leaves the thread where it is: then the probe is noisier, not wrong.
    private static unsafe void Bind(int processor)
    {
        if (OperatingSystem.IsLinux() && processor < 64)
        {
            ulong mask = 1UL << processor;
            _ = NativeMethods.SetAffinity(0, sizeof(ulong), &mask);
        }
    }

    private void Loop(int index)
    {
        Bind(index);
        while (true)
        {
            _starts[index].Wait();
            if (_isStopping)
            {
                return;
            }

            _job(index);
            _done.Signal();
        }
    }
}
