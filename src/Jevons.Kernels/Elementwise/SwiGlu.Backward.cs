namespace Jevons.Kernels;

/// <content>The way back.</content>
public static unsafe partial class SwiGlu
{
    /// <summary>
    /// With s = sigmoid(gate): dgate += dy up s (1 + gate (1 - s)) and dup += dy gate s, element by element.
    /// </summary>
    /// <param name="gate">[T, N], the argument of the forward pass.</param>
    /// <param name="up">[T, N], the argument of the forward pass.</param>
    /// <param name="dy">[T, N].</param>
    /// <param name="dgate">[T, N], added to.</param>
    /// <param name="dup">[T, N], added to.</param>
    /// <param name="context">Threads and instruction set.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static void Backward(Tensor gate, Tensor up, Tensor dy, Tensor dgate, Tensor dup, KernelContext context)
    {
        ShapeChecks.Same(gate, up);
        ShapeChecks.Same(gate, dy);
        ShapeChecks.Same(gate, dgate);
        ShapeChecks.Same(gate, dup);
        BackwardJob job = new() { Gate = gate, Up = up, Dy = dy, DGate = dgate, DUp = dup };
        LaneJobs.Run(context, RowUnits.Count(gate.Rows, gate.Cols), ref job);
    }

    private struct BackwardJob : ILaneJob<BackwardJob>
    {
        public Tensor Gate;
        public Tensor Up;
        public Tensor Dy;
        public Tensor DGate;
        public Tensor DUp;

        public static void Run<TLanes>(ref BackwardJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int cols = job.Gate.Cols;
            int perUnit = RowUnits.RowsPerUnit(cols);
            int end = Math.Min(job.Gate.Rows, (unit + 1) * perUnit);
            for (int row = unit * perUnit; row < end; row++)
            {
                float* gate = job.Gate.Pointer + ((long)row * job.Gate.Stride);
                float* up = job.Up.Pointer + ((long)row * job.Up.Stride);
                float* dy = job.Dy.Pointer + ((long)row * job.Dy.Stride);
                float* dgate = job.DGate.Pointer + ((long)row * job.DGate.Stride);
                float* dup = job.DUp.Pointer + ((long)row * job.DUp.Stride);
                int i = 0;
                for (; i <= cols - 16; i += 16)
                {
                    (TLanes g, TLanes u) = Steps(TLanes.Load(gate + i), TLanes.Load(up + i), TLanes.Load(dy + i));
                    TLanes.Store(dgate + i, TLanes.Load(dgate + i) + g);
                    TLanes.Store(dup + i, TLanes.Load(dup + i) + u);
                }

                int left = cols - i;
                if (left > 0)
                {
                    (TLanes g, TLanes u) = Steps(
                        LaneTail.Load<TLanes>(gate + i, left, 0), LaneTail.Load<TLanes>(up + i, left, 0), LaneTail.Load<TLanes>(dy + i, left, 0));
                    LaneTail.Store(dgate + i, left, LaneTail.Load<TLanes>(dgate + i, left, 0) + g);
                    LaneTail.Store(dup + i, left, LaneTail.Load<TLanes>(dup + i, left, 0) + u);
                }
            }
        }

        private static (TLanes Gate, TLanes Up) Steps<TLanes>(TLanes gate, TLanes up, TLanes dy)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            TLanes one = TLanes.Create(1f);
            TLanes s = LaneMath.Sigmoid(gate);
            return (dy * up * s * TLanes.FusedMultiplyAdd(gate, one - s, one), dy * gate * s);
        }
    }
}
