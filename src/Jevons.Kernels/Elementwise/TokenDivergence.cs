namespace Jevons.Kernels;

/// <summary>
/// How far a student's distribution q of the next token is from a teacher's p: the generalised Jensen-Shannon divergence
/// (arXiv 2306.13649, eq. 1) of rows of logits, and the way back. Rows come in pieces of the batch, so that logits of all rows
/// and the whole vocabulary never exist at once.
/// <code>
/// beta 0: D = KL(p || q)      beta 1: D = KL(q || p)      else D = beta KL(p || m) + (1 - beta) KL(q || m), m = beta p + (1 - beta) q
/// dD/dz_i = q_i - p_i (beta 0), else q_i (g_i - sum_j q_j g_j), g = ln q - ln p (beta 1) or (1 - beta) (ln q - ln m)
/// </code>
/// </summary>
/// <remarks>
/// A temperature is the caller's: logits divided by it before, the gradient after. f32 per element, sums of 64 in f32 and of
/// these in double, ascending. Logits must be finite. The same bits on every instruction set, for any threads and pieces.
/// Thread-safe; allocates nothing.
/// </remarks>
public static unsafe class TokenDivergence
{
    /// <summary>The divergence of every row and, if asked for, in place of the student's logits its gradient.</summary>
    /// <param name="student">Logits [R, V]; overwritten where there are scales.</param>
    /// <param name="teacher">Logits [R, V].</param>
    /// <param name="beta">0 to 1.</param>
    /// <param name="scales">R factors of the gradients; empty to leave the logits as they are.</param>
    /// <param name="divergences">R elements, in nats, without the factor.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ or beta lies outside of its range.</exception>
    public static void Run(
        Tensor student, Tensor teacher, float beta, ReadOnlySpan<float> scales, Span<double> divergences, KernelContext context)
    {
        ShapeChecks.Same(student, teacher);
        ShapeChecks.Length(divergences.Length, student.Rows, "the rows of logits", nameof(divergences));
        ShapeChecks.Length(scales.Length, scales.IsEmpty ? 0 : student.Rows, "the rows of logits", nameof(scales));
        if (beta is not (>= 0 and <= 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"beta is {beta}, expected 0 to 1"), nameof(beta));
        }

        Job job = new() { Student = student, Teacher = teacher, Beta = beta, Scales = scales, Divergences = divergences };
        LaneJobs.Run(context, RowUnits.Count(student.Rows, student.Cols), ref job);
    }

    private ref struct Job : ILaneJob<Job>
    {
        public Tensor Student;
        public Tensor Teacher;
        public float Beta;
        public ReadOnlySpan<float> Scales;
        public Span<double> Divergences;

        public static void Run<TLanes>(ref Job job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int cols = job.Student.Cols;
            int perUnit = RowUnits.RowsPerUnit(cols);
            int end = Math.Min(job.Student.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* student = job.Student.Pointer + ((long)row * job.Student.Stride);
                float* teacher = job.Teacher.Pointer + ((long)row * job.Teacher.Stride);
                Row<TLanes> terms = new(
                    student, teacher, cols, job.Beta, LogSoftmax.LogSumExp<TLanes>(student, cols), LogSoftmax.LogSumExp<TLanes>(teacher, cols));
                (job.Divergences[row], double mean) = terms.Sums();
                if (!job.Scales.IsEmpty)
                {
                    terms.WriteGradient(job.Scales[row], (float)mean);
                }
            }
        }
    }

    // One row; the logarithms of the two sums are kept as pairs of floats.
    private readonly struct Row<TLanes>(float* student, float* teacher, int cols, float beta, double studentSum, double teacherSum)
        where TLanes : unmanaged, ILanes<TLanes>
    {
        private readonly float _studentHigh = (float)studentSum;
        private readonly float _studentLow = (float)(studentSum - (float)studentSum);
        private readonly float _teacherHigh = (float)teacherSum;
        private readonly float _teacherLow = (float)(teacherSum - (float)teacherSum);
        private readonly float _logBeta = (float)Log.Value(beta);
        private readonly float _logRest = (float)Log.Value(1.0 - beta);

        /// <summary>The divergence and sum_j q_j g_j.</summary>
        public (double Divergence, double Mean) Sums()
        {
            double divergence = 0;
            double mean = 0;
            for (int first = 0; first < cols; first += 64)
            {
                TLanes terms = TLanes.Zero;
                TLanes means = TLanes.Zero;
                int end = Math.Min(cols, first + 64);
                for (int i = first; i < end; i += 16)
                {
                    (TLanes logQ, TLanes logP) = Logs(i);
                    (TLanes term, TLanes g) = Terms(logQ, logP);
                    terms += term;
                    means = TLanes.FusedMultiplyAdd(LaneMath.Exp(logQ), g, means);
                }

                divergence += TLanes.Sum(terms);
                mean += TLanes.Sum(means);
            }

            return (divergence, mean);
        }

        public void WriteGradient(float scale, float mean)
        {
            TLanes factor = TLanes.Create(scale);
            TLanes center = TLanes.Create(mean);
            for (int i = 0; i < cols; i += 16)
            {
                (TLanes logQ, TLanes logP) = Logs(i);
                TLanes q = LaneMath.Exp(logQ);
                TLanes slope = beta == 0 ? q - LaneMath.Exp(logP) : q * (Terms(logQ, logP).G - center);
                if (i <= cols - 16)
                {
                    TLanes.Store(student + i, factor * slope);
                }
                else
                {
                    LaneTail.Store(student + i, cols - i, factor * slope);
                }
            }
        }

        // Lanes beyond the row stand at ln q = ln p = -100, whose terms no sum notices.
        private (TLanes LogQ, TLanes LogP) Logs(int i)
        {
            bool whole = i <= cols - 16;
            TLanes z = whole ? TLanes.Load(student + i) : LaneTail.Load<TLanes>(student + i, cols - i, _studentHigh - 100);
            TLanes t = whole ? TLanes.Load(teacher + i) : LaneTail.Load<TLanes>(teacher + i, cols - i, _teacherHigh - 100);
            return (
                z - TLanes.Create(_studentHigh) - TLanes.Create(_studentLow),
                t - TLanes.Create(_teacherHigh) - TLanes.Create(_teacherLow));
        }

        // ln m = u + ln(e^(ln beta + ln p - u) + e^(ln(1 - beta) + ln q - u)) with u the larger exponent: the argument is 1 to 2.
        private (TLanes Term, TLanes G) Terms(TLanes logQ, TLanes logP)
        {
            if (beta is 0 or 1)
            {
                TLanes g = logQ - logP;
                return (beta == 0 ? LaneMath.Exp(logP) * (logP - logQ) : LaneMath.Exp(logQ) * g, g);
            }

            TLanes ofTeacher = logP + TLanes.Create(_logBeta);
            TLanes ofStudent = logQ + TLanes.Create(_logRest);
            TLanes u = TLanes.Max(ofTeacher, ofStudent);
            TLanes logM = u + LaneMath.Log(LaneMath.Exp(ofTeacher - u) + LaneMath.Exp(ofStudent - u));
            TLanes byStudent = TLanes.Create(1 - beta) * (logQ - logM);
            TLanes byTeacher = TLanes.Create(beta) * (logP - logM);
            return (TLanes.FusedMultiplyAdd(LaneMath.Exp(logP), byTeacher, LaneMath.Exp(logQ) * byStudent), byStudent);
        }
    }
}
