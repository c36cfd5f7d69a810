namespace Jevons.Kernels;

/// <summary>
/// Sums over the rows of a batch, as gradients of vectors that all rows share need them: runs of 64 rows are summed row by
/// row, ascending, each into its own partial sum; the partial sums are added ascending. The result is the same for any number
/// of threads.
/// </summary>
internal static unsafe class RowSums
{
    /// <summary>Rows of one partial sum.</summary>
    public const int RunLength = 64;

    /// <summary>Runs that cover the rows.</summary>
    public static int Runs(int rows) => (rows + RunLength - 1) / RunLength;

    /// <summary>Elements from one partial sum to the next: whole cache lines.</summary>
    public static int Stride(int cols) => (cols + 15) / 16 * 16;

    /// <summary>Zeroed partial sums for all runs, in the scratch that units share.</summary>
    public static float* Partials(int rows, int cols, Scratch scratch)
    {
        long count = (long)Runs(rows) * Stride(cols);
        float* sums = (float*)scratch.GetShared(Math.Max(1, count) * sizeof(float));
        for (long i = 0; i < count; i++)
        {
            sums[i] = 0;
        }

        return sums;
    }

    /// <summary>destination += partial sums, ascending.</summary>
    public static void AddTo(float* partials, int rows, Span<float> destination)
    {
        int stride = Stride(destination.Length);
        for (int run = 0; run < Runs(rows); run++)
        {
            float* sums = partials + ((long)run * stride);
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] += sums[i];
            }
        }
    }
}
