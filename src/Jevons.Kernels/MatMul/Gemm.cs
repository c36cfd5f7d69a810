namespace Jevons.Kernels;

/// <summary>The products of the way back, in f32: C += A B and C += A^T B.</summary>
/// <remarks>
/// Every element is one chain over the summed index, ascending, with one fused multiply-add each; the chain starts at the
/// element's value. Units own rows of C. The same bits for any number of threads and on every instruction set.
/// </remarks>
public static unsafe class Gemm
{
    private const int RowsPerUnit = 16;

    /// <summary>C[m, n] += sum over k of A[m, k] B[k, n].</summary>
    /// <param name="a">[M, K].</param>
    /// <param name="b">[K, N].</param>
    /// <param name="c">[M, N], added to; must not overlap the operands.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void AddProduct(Tensor a, Tensor b, Tensor c, KernelContext context) => Run(a, b, c, false, context);

    /// <summary>C[m, n] += sum over k of A[k, m] B[k, n].</summary>
    /// <param name="a">[K, M].</param>
    /// <param name="b">[K, N].</param>
    /// <param name="c">[M, N], added to; must not overlap the operands.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public static void AddTransposedProduct(Tensor a, Tensor b, Tensor c, KernelContext context) => Run(a, b, c, true, context);

    private static void Run(Tensor a, Tensor b, Tensor c, bool transposed, KernelContext context)
    {
        int rows = transposed ? a.Cols : a.Rows;
        int depth = transposed ? a.Rows : a.Cols;
        if (b.Rows != depth || c.Rows != rows || c.Cols != b.Cols)
        {
            throw new ArgumentException(
                $"C [{c.Rows}, {c.Cols}] += A{(transposed ? "^T" : string.Empty)} [{rows}, {depth}] B [{b.Rows}, {b.Cols}]: shapes do not fit");
        }

        Job job = new() { A = a, B = b, C = c, Transposed = transposed, Depth = depth, Scratch = context.Scratch };
        context.Scratch.Reserve(0, job.ScratchBytes);
        LaneJobs.Run(context, (rows + RowsPerUnit - 1) / RowsPerUnit, ref job);
    }

    private struct Job : ILaneJob<Job>
    {
        public Tensor A;
        public Tensor B;
        public Tensor C;
        public bool Transposed;
        public int Depth;
        public Scratch Scratch;

        public readonly long ScratchBytes => sizeof(float) * ((4L * Depth) + 64);

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            float* packed = (float*)job.Scratch.GetOuter(worker, job.ScratchBytes);
            float* ones = stackalloc float[4] { 1, 1, 1, 1 };
            float** four = stackalloc float*[4];
            int wide = job.C.Cols / 16 * 16;
            int end = Math.Min(job.C.Rows, (unit + 1) * RowsPerUnit);
            for (int first = unit * RowsPerUnit; first < end; first += 4)
            {
                int rows = Math.Min(4, end - first);
                for (int i = 0; i < 4; i++)
                {
                    four[i] = i < rows ? job.Row(first + i, packed + ((long)i * job.Depth)) : four[0];
                }

                float* c = job.C.Pointer + ((long)first * job.C.Stride);
                if (rows == 4)
                {
                    OuterProduct.Four<TLanes>(four, job.Depth, job.B.Pointer, job.B.Stride, c, job.C.Stride, wide, ones);
                }
                else
                {
                    for (int i = 0; i < rows; i++)
                    {
                        OuterProduct.One<TLanes>(four[i], job.Depth, job.B.Pointer, job.B.Stride, c + ((long)i * job.C.Stride), wide, ones);
                    }
                }

                for (int i = 0; i < rows; i++)
                {
                    job.Tail(four[i], c + ((long)i * job.C.Stride), wide);
                }
            }
        }

        private readonly float* Row(int row, float* packed)
        {
            if (!Transposed)
            {
                return A.Pointer + ((long)row * A.Stride);
            }

            for (int k = 0; k < Depth; k++)
            {
                packed[k] = A.Pointer[((long)k * A.Stride) + row];
            }

            return packed;
        }

        private readonly void Tail(float* a, float* c, int wide)
        {
            for (int n = wide; n < C.Cols; n++)
            {
                float sum = c[n];
                for (int k = 0; k < Depth; k++)
                {
                    sum = MathF.FusedMultiplyAdd(a[k], B.Pointer[((long)k * B.Stride) + n], sum);
                }

                c[n] = sum;
            }
        }
    }
}
