using Jevons.Kernels.Conversion;
using Jevons.Kernels.Products;
using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// Products of two f32 matrices over the threads of a <see cref="KernelContext"/>: forward passes, gradients of activations and of weights.
/// </summary>
/// <remarks>
/// Every element of the product is the sum over k that <see cref="MatMul"/> takes with f32 weights, in all forms alike: in 16 lanes, lane l
/// adds k = l, l + 16, ... ascending with fused multiply-adds from +0, and lanes fold l with l + 8, l + 4, l + 2, l + 1. A transposed
/// operand is copied into that order and so changes no bit: a form equals the other forms on operands that are transposed beforehand, on
/// every instruction set, for any number of threads and any split of M or N. Accumulating adds the finished sum to C with one rounding.
/// Scratch is bounded: some MiB a thread, and 32 MiB or 516 columns of A, whichever is more, for a transposed A. Calls allocate
/// nothing once the scratch has its size. One caller per context at a time.
/// </remarks>
public static unsafe class Gemm
{
    // What is turned of A at a time.
    private const long PackedBytes = 32 << 20;

    // Turned rows lie a cache line further apart than they are long, so that equal columns do not share few sets of a first-level cache.
    private const int Padding = 16;

    // Rows of the turned A that one unit makes, and columns of it: both sides of the copy stay in a second-level cache.
    private const int PackRows = 64;
    private const int PackColumns = 512;

    /// <summary>C = the product.</summary>
    /// <param name="form">How A and B are stored.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C [M, N]; must not overlap A or B.</param>
    /// <param name="context">Threads, scratch and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Run(GemmForm form, Tensor a, Tensor b, Tensor c, KernelContext context) => Run(form, a, b, c, accumulate: false, context);

    /// <summary>C = C + the product.</summary>
    /// <param name="form">How A and B are stored.</param>
    /// <param name="a">A.</param>
    /// <param name="b">B.</param>
    /// <param name="c">C [M, N]; must not overlap A or B.</param>
    /// <param name="context">Threads, scratch and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Accumulate(GemmForm form, Tensor a, Tensor b, Tensor c, KernelContext context) =>
        Run(form, a, b, c, accumulate: true, context);

    private static void Run(GemmForm form, Tensor a, Tensor b, Tensor c, bool accumulate, KernelContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        int depth = Check(form, a, b, c);
        if (c.Rows == 0 || c.Cols == 0)
        {
            return;
        }

        if (depth == 0)
        {
            // A sum of nothing is +0; adding it changes at most the sign of a zero, so C stays.
            if (!accumulate)
            {
                c.Clear();
            }

            return;
        }

        Job job = new()
        {
            Product = FloatProducts.For(TensorType.F32, context.Features),
            A = a,
            B = b,
            C = c,
            IsTransposed = form != GemmForm.NT,
            Accumulate = accumulate,
            Scratch = context.Scratch,
        };
        if (form == GemmForm.TN)
        {
            RunTurned(ref job, depth, context.Pool);
        }
        else
        {
            RunUnits(ref job, context.Pool);
        }
    }

    // A^T in pieces of whole rows, each turned by all threads and then multiplied by all.
    private static void RunTurned(ref Job job, int depth, WorkerPool pool)
    {
        Tensor a = job.A;
        Tensor c = job.C;
        int stride = ((depth + Padding - 1) / Padding * Padding) + Padding;
        long rows = Math.Max(StripProduct.BlockTokens, PackedBytes / (stride * sizeof(float)) / StripProduct.BlockTokens * StripProduct.BlockTokens);
        int most = (int)Math.Min(c.Rows, rows);
        float* packed = (float*)job.Scratch.GetShared((long)most * stride * sizeof(float));
        for (int first = 0; first < c.Rows; first += most)
        {
            int count = Math.Min(most, c.Rows - first);
            PackJob pack = new() { From = a.Columns(first, count), To = new Tensor(packed, count, depth, stride) };
            pool.Run(pack.RowUnits * ((depth + PackColumns - 1) / PackColumns), ref pack, &RunPackUnit);
            job.A = pack.To;
            job.C = c.RowRange(first, count);
            RunUnits(ref job, pool);
        }
    }

    private static void RunUnits(ref Job job, WorkerPool pool)
    {
        int units = checked(job.RowUnits * ((job.C.Rows + StripProduct.BlockTokens - 1) / StripProduct.BlockTokens));
        pool.Run(units, ref job, &RunUnit);
    }

    // A block of 64 columns of C and of the rows that meet it together.
    private static void RunUnit(ref Job job, int unit, int worker)
    {
        int token = unit / job.RowUnits * StripProduct.BlockTokens;
        int tokens = Math.Min(StripProduct.BlockTokens, job.C.Rows - token);
        int row = unit % job.RowUnits * StripProduct.BlockRows;
        int rows = Math.Min(StripProduct.BlockRows, job.C.Cols - row);
        Tensor x = job.A.RowRange(token, tokens);
        Tensor y = job.C.RowRange(token, tokens);
        if (job.IsTransposed)
        {
            BlockedProduct.Multiply(job.Product, new TransposedRows(job.B), x, y, row, rows, job.Accumulate, job.Scratch, worker);
        }
        else
        {
            BlockedProduct.Multiply(job.Product, new PlainRows(job.B), x, y, row, rows, job.Accumulate, job.Scratch, worker);
        }
    }

    private static void RunPackUnit(ref PackJob job, int unit, int worker)
    {
        int row = unit % job.RowUnits * PackRows;
        int col = unit / job.RowUnits * PackColumns;
        int rows = Math.Min(PackRows, job.To.Rows - row);
        int cols = Math.Min(PackColumns, job.To.Cols - col);
        Tensor to = job.To.RowRange(row, rows).Columns(col, cols);
        float* from = job.From.Pointer + ((long)col * job.From.Stride) + row;
        Transpose.Copy(from, job.From.Stride, cols, rows, to.Pointer, to.Stride);
    }

    private static int Check(GemmForm form, Tensor a, Tensor b, Tensor c)
    {
        (int m, int depth) = form == GemmForm.TN ? (a.Cols, a.Rows) : (a.Rows, a.Cols);
        (int n, int depthB) = form == GemmForm.NT ? (b.Rows, b.Cols) : (b.Cols, b.Rows);
        if (!Enum.IsDefined(form))
        {
            throw new ArgumentOutOfRangeException(nameof(form), form, "the forms are NN, NT and TN");
        }

        if (depth != depthB || c.Rows != m || c.Cols != n)
        {
            throw new ArgumentException(
                $"A [{a.Rows}, {a.Cols}] and B [{b.Rows}, {b.Cols}] do not make C [{c.Rows}, {c.Cols}] in the form {form}");
        }

        return depth;
    }

    private struct Job
    {
        public FloatProduct Product;
        public Tensor A;
        public Tensor B;
        public Tensor C;
        public bool IsTransposed;
        public bool Accumulate;
        public Scratch Scratch;

        /// <summary>Blocks of the columns of C.</summary>
        public readonly int RowUnits => (C.Cols + StripProduct.BlockRows - 1) / StripProduct.BlockRows;
    }

    private struct PackJob
    {
        public Tensor From;
        public Tensor To;

        public readonly int RowUnits => (To.Rows + PackRows - 1) / PackRows;
    }
}
