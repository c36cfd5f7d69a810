using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Benchmarks;

/// <summary><c>gemm</c>: products of two f32 matrices beside OpenBLAS, in one process, alternating.</summary>
internal sealed class GemmVerb
{
    /// <summary>Our name in the table.</summary>
    public const string Ours = "jevons";

    private const string Theirs = "OpenBLAS";

    // OpenBLAS's threads stay awake for some tens of milliseconds after a product.
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_sample = TimeSpan.FromMilliseconds(300);

    private readonly Option<string> _openBlas = new("--openblas") { Description = "OpenBLAS's libopenblas.so; left out, it does not take part.", HelpName = "FILE" };
    private readonly Option<string> _shapes = new("--shapes")
    {
        Description = "Comma-separated FORM:MxNxK, the forms are NN, NT and TN.", DefaultValueFactory = _ => GemmWork.Default, HelpName = "LIST",
    };

    private readonly Option<int> _samples = new("--samples") { Description = "Samples of each side.", DefaultValueFactory = _ => 5, HelpName = "N" };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads of each side.", DefaultValueFactory = _ => 2, HelpName = "N" };

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        GemmVerb verb = new();
        Command command = new("gemm", "Measures products of two f32 matrices beside OpenBLAS and writes a table.")
        {
            verb._openBlas, verb._shapes, verb._samples, verb._threads,
        };
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        int count = parsed.GetValue(_threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        GemmWork[] works = [.. parsed.GetRequiredValue(_shapes).Split(',').Select(GemmWork.Parse)];
        using OpenBlas? openBlas = parsed.GetValue(_openBlas) is { } path ? new OpenBlas(path, count) : null;
        using ProbeThreads threads = new(count);
        using WorkerPool pool = new(count);
        using KernelContext context = new(pool, CpuFeatures.Detect());
        List<GemmSample> samples = [];
        WarmUp(context);
        foreach (GemmWork work in works)
        {
            Measure(work, parsed.GetValue(_samples), openBlas, threads, context, samples);
        }

        double[] peaks = [.. samples.Select(s => s.Peak)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"- {count} threads; FMA peak beside the samples {peaks.Min() / 1e9:F0} to {peaks.Max() / 1e9:F0} GMAC/s"));
        Console.WriteLine(openBlas is null ? "- without OpenBLAS" : $"- {openBlas.Version}");
        Console.WriteLine();
        GemmReport.Write(Console.Out, samples);
        return 0;
    }

    // Until the runtime has compiled every method for good: a method counts 30 calls, then waits for its turn.
    private static void WarmUp(KernelContext context)
    {
        const int Size = 96;
        using TensorBuffer a = new();
        using TensorBuffer b = new();
        using TensorBuffer c = new();
        Tensor x = Random(a, (Size, Size), 1);
        Tensor y = Random(b, (Size, Size), 2);
        Tensor z = c.Resize(Size, Size);
        for (int turn = 0; turn < 4; turn++)
        {
            for (int i = 0; i < 100; i++)
            {
                foreach (GemmForm form in Enum.GetValues<GemmForm>())
                {
                    Gemm.Run(form, x, y, z, context);
                }
            }

            Thread.Sleep(s_settle);
        }
    }

    private static void Measure(
        GemmWork work, int rounds, OpenBlas? openBlas, ProbeThreads threads, KernelContext context, List<GemmSample> samples)
    {
        using TensorBuffer bufferA = new();
        using TensorBuffer bufferB = new();
        using TensorBuffer bufferC = new();
        using TensorBuffer bufferOther = new();
        Tensor a = Random(bufferA, work.A, 1);
        Tensor b = Random(bufferB, work.B, 2);
        Tensor c = bufferC.Resize(work.M, work.N);
        Tensor other = bufferOther.Resize(work.M, work.N);
        List<(string Name, Action Multiply)> sides = [(Ours, () => Gemm.Run(work.Form, a, b, c, context))];
        if (openBlas is not null)
        {
            sides.Add((Theirs, () => openBlas.Multiply(work.Form, a, b, other)));
        }

        sides.ForEach(s => s.Multiply());
        if (openBlas is not null)
        {
            Compare(work, c, other);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, Action multiply) in round % 2 == 0 ? sides : Enumerable.Reverse(sides))
            {
                Thread.Sleep(s_settle);
                double before = ComputePeaks.Measure(threads, context).Float32;
                ProcessorTime start = ProcessorTime.Read();
                double rate = work.MultiplyAdds / Seconds(multiply);
                double others = ProcessorTime.Others(start, ProcessorTime.Read());
                Thread.Sleep(s_settle);
                double peak = Math.Max(before, ComputePeaks.Measure(threads, context).Float32);
                samples.Add(new GemmSample(work, name, round, rate, peak, others));
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{work}  {name,-8}  {rate / 1e9:F0} GMAC/s  {rate / peak:P0} of {peak / 1e9:F0}  others {others:P0}"));
            }
        }
    }

    // One call wakes the threads; then as many as fill a sample, timed together.
    private static double Seconds(Action multiply)
    {
        multiply();
        int calls = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            multiply();
            calls++;
        }
        while (Stopwatch.GetElapsedTime(start) < s_sample);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    // Sums of K products of numbers below 1, in two orders: each is off by less than K of their roundings.
    private static void Compare(GemmWork work, Tensor ours, Tensor theirs)
    {
        float bound = MathF.ScaleB(2f * work.K * work.K, -24);
        for (int r = 0; r < work.M; r++)
        {
            for (int i = 0; i < work.N; i++)
            {
                if (!(Math.Abs(ours.Row(r)[i] - theirs.Row(r)[i]) <= bound))
                {
                    throw new InvalidOperationException($"{work}: element [{r}, {i}] is {ours.Row(r)[i]} here and {theirs.Row(r)[i]} from OpenBLAS");
                }
            }
        }
    }

    private static Tensor Random(TensorBuffer buffer, (int Rows, int Cols) shape, ulong seed)
    {
        SeededRandom random = new(seed);
        Tensor tensor = buffer.Resize(shape.Rows, shape.Cols);
        for (int r = 0; r < shape.Rows; r++)
        {
            foreach (ref float value in tensor.Row(r))
            {
                value = (2 * random.NextSingle()) - 1;
            }
        }

        return tensor;
    }
}
