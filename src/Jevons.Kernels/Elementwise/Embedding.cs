namespace Jevons.Kernels;

/// <summary>Looks up the rows of an embedding table.</summary>
/// <remarks>Thread-safe; allocates nothing.</remarks>
public static partial class Embedding
{
    /// <summary>y[t] = table[tokens[t]], exactly as the stored format defines it.</summary>
    /// <param name="table">[V, N].</param>
    /// <param name="tokens">T ids in 0..V-1.</param>
    /// <param name="y">[T, N].</param>
    /// <param name="context">Threads.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An id lies outside of the table.</exception>
    public static void Run(WeightMatrix table, ReadOnlySpan<int> tokens, Tensor y, KernelContext context)
    {
        ShapeChecks.Columns(y, table.Cols, "the columns of the table");
        ShapeChecks.Length(tokens.Length, y.Rows, "the rows of y", nameof(tokens));
        for (int t = 0; t < tokens.Length; t++)
        {
            if ((uint)tokens[t] >= (uint)table.Rows)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(tokens), $"token {t} is {tokens[t]}, the table is [{table.Rows}, {table.Cols}]");
            }
        }

        Job job = new() { Table = table, Tokens = tokens, Y = y };
        LaneJobs.Run(context, RowUnits.Count(y.Rows, y.Cols), ref job);
    }

    private ref struct Job : ILaneJob<Job>
    {
        public WeightMatrix Table;
        public ReadOnlySpan<int> Tokens;
        public Tensor Y;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int perUnit = RowUnits.RowsPerUnit(job.Y.Cols);
            int end = Math.Min(job.Y.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                job.Table.DequantizeRow(job.Tokens[row], job.Y.Row(row));
            }
        }
    }
}
