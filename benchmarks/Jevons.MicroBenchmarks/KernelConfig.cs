using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Jevons.MicroBenchmarks;

/// <summary>Short jobs inside this process (so that nothing is built at run time), with rates beside the times.</summary>
internal sealed class KernelConfig : ManualConfig
{
    private const int IterationMilliseconds = 100;

    public KernelConfig()
    {
        AddJob(Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(2)
            .WithIterationCount(7)
            .WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds)));
        AddColumnProvider(DefaultColumnProviders.Descriptor, DefaultColumnProviders.Params, DefaultColumnProviders.Metrics);
        AddColumn(
            StatisticColumn.Median,
            StatisticColumn.StdDev,
            new RateColumn("GMAC/s", "Multiply-adds over the median time, 10^9 a second", w => w.MultiplyAdds),
            new RateColumn("GB/s", "Bytes that have to be read and written over the median time, 10^9 a second", w => w.Bytes));
        AddDiagnoser(MemoryDiagnoser.Default);
        AddExporter(MarkdownExporter.GitHub);
        AddLogger(ConsoleLogger.Default);
        Options |= ConfigOptions.DisableOptimizationsValidator;
    }
}
