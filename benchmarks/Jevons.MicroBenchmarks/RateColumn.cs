using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Jevons.MicroBenchmarks;

/// <summary>Work of a call over its median time, in units of 10^9 a second.</summary>
/// <param name="name">Of the column.</param>
/// <param name="legend">What it means.</param>
/// <param name="amount">Which part of the work.</param>
internal sealed class RateColumn(string name, string legend, Func<IMeasuredWork, long> amount) : IColumn
{
    /// <inheritdoc/>
    public string Id => $"{nameof(RateColumn)}.{name}";

    /// <inheritdoc/>
    public string ColumnName => name;

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Custom;

    /// <inheritdoc/>
    public int PriorityInCategory => 0;

    /// <inheritdoc/>
    public bool IsNumeric => true;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public string Legend => legend;

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => true;

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, summary.Style);

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Median;
        long work = amount(WorkOf(benchmarkCase));
        return nanoseconds is null ? "NA" : work == 0 ? "-" : (work / nanoseconds.Value).ToString("0.00", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override string ToString() => name;

    // A fresh object with the case's parameters: it knows its work without being set up.
    private static IMeasuredWork WorkOf(BenchmarkCase benchmarkCase)
    {
        object benchmark = Activator.CreateInstance(benchmarkCase.Descriptor.Type)!;
        foreach (ParameterInstance parameter in benchmarkCase.Parameters.Items)
        {
            benchmarkCase.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(benchmark, parameter.Value);
        }

        return (IMeasuredWork)benchmark;
    }
}
