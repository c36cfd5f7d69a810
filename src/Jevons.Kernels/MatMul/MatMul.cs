using System.Buffers;
using Jevons.Kernels.Conversion;
using Jevons.Numerics;

namespace Jevons.Kernels;

/// <summary>
/// Products with weight matrices over the threads of a <see cref="KernelContext"/>. Each output element is reduced by one
/// worker in the order that <see cref="WeightMatrix"/> states, so neither the number of threads nor the company in a batch
/// changes a bit. Calls allocate nothing once the scratch has its size. One caller per context at a time.
/// </summary>
public static unsafe class MatMul
{
    // Enough units that a slow core is not waited for, few enough that claiming them costs nothing.
    private const int UnitsPerWorker = 8;

    // A unit costs rows * cols * (tokens + UnpackCost); below this many such steps the hand-over would show.
    private const long SmallestUnit = 1 << 17;
    private const int UnpackCost = 4;

    // Rows of a unit are a multiple of the panel height of the kernels, but for the last.
    private const int PanelRows = 16;
    private const int StackItems = 64;

    /// <summary>Runs some products y = x W^T as one parallel region.</summary>
    /// <param name="items">The products; no result overlaps an operand of any of them.</param>
    /// <param name="context">Threads and scratch.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or int8 activations are missing.</exception>
    public static void Run(ReadOnlySpan<MatMulItem> items, KernelContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        long cost = 0;
        foreach (ref readonly MatMulItem item in items)
        {
            Check(item);
            cost += RowCost(item) * item.Weights.Rows;
        }

        if (cost == 0)
        {
            return;
        }

        int[]? rented = items.Length > StackItems ? ArrayPool<int>.Shared.Rent(2 * items.Length) : null;
        Span<int> plan = rented is null ? stackalloc int[2 * StackItems] : rented;
        Job job = new(items, plan[..items.Length], plan.Slice(items.Length, items.Length), context.Scratch);
        int units = Plan(ref job, Math.Max(SmallestUnit, cost / ((long)context.Pool.Workers * UnitsPerWorker)));
        context.Pool.Run(units, ref job, &RunUnit);
        if (rented is not null)
        {
            ArrayPool<int>.Shared.Return(rented);
        }
    }

    /// <summary>Runs one product y = x W^T.</summary>
    /// <param name="weights">W [R, K].</param>
    /// <param name="x">x [T, K].</param>
    /// <param name="y">y [T, R]; must not overlap x.</param>
    /// <param name="context">Threads and scratch.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or int8 activations are missing.</exception>
    public static void Run(WeightMatrix weights, in ActivationRows x, Tensor y, KernelContext context)
    {
        MatMulItem item = new(weights, x, y);
        Run(new ReadOnlySpan<MatMulItem>(in item), context);
    }

    /// <summary>y = x W in f32 on the dequantised weights, over all columns (see <see cref="WeightMatrix.MultiplyTransposed"/>).</summary>
    /// <param name="weights">W [R, K].</param>
    /// <param name="x">x [T, R].</param>
    /// <param name="y">y [T, K]; must not overlap x.</param>
    /// <param name="context">Threads and scratch.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static void RunTransposed(WeightMatrix weights, Tensor x, Tensor y, KernelContext context)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(context);
        WeightMatrix.CheckTransposed(weights, x, y, 0, weights.Cols);
        if (x.Rows == 0)
        {
            return;
        }

        // A unit is a run of columns: whole blocks, and cache lines of the result where the type allows it.
        int block = Math.Max(TensorTypes.BlockLength(weights.Type), 64);
        long blocks = ((long)weights.Cols + block - 1) / block;
        long perUnit = Math.Max(1, blocks / ((long)context.Pool.Workers * UnitsPerWorker));
        TransposedJob job = new(weights, x, y, checked((int)(perUnit * block)), context.Scratch);
        context.Pool.Run((int)((blocks + perUnit - 1) / perUnit), ref job, &RunTransposedUnit);
    }

    /// <summary>Rounds activations to int8 (<see cref="QuantizedRow"/>), one row of Bytes(Cols) bytes per token.</summary>
    /// <param name="x">x [T, K], K a multiple of 32.</param>
    /// <param name="destination">T * QuantizedRow.Bytes(K) bytes, 64-byte aligned; must not overlap x.</param>
    /// <param name="context">Threads.</param>
    /// <exception cref="ArgumentException">K is no multiple of 32.</exception>
    public static void Quantize(Tensor x, byte* destination, KernelContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (x.Cols % QuantizedRow.GroupLength != 0)
        {
            throw new ArgumentException(
                $"rows of {x.Cols} elements have no int8 form: it has groups of {QuantizedRow.GroupLength}", nameof(x));
        }

        int rowsPerUnit = Math.Max(1, 16384 / Math.Max(1, x.Cols));
        QuantizeJob job = new(x, destination, rowsPerUnit);
        context.Pool.Run((x.Rows + rowsPerUnit - 1) / rowsPerUnit, ref job, &QuantizeUnit);
    }

    /// <summary>Rounds activations to bfloat16, to nearest even.</summary>
    /// <param name="x">x [T, K].</param>
    /// <param name="destination">T * K elements, 64-byte aligned; must not overlap x.</param>
    /// <param name="context">Threads.</param>
    public static void RoundToBFloat16(Tensor x, ushort* destination, KernelContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        int rowsPerUnit = Math.Max(1, 16384 / Math.Max(1, x.Cols));
        QuantizeJob job = new(x, (byte*)destination, rowsPerUnit);
        context.Pool.Run((x.Rows + rowsPerUnit - 1) / rowsPerUnit, ref job, &RoundUnit);
    }

    private static void Check(in MatMulItem item)
    {
        WeightMatrix w = item.Weights;
        Tensor x = item.X.Values;
        if (x.Cols != w.Cols || item.Y.Rows != x.Rows || item.Y.Cols != w.Rows)
        {
            throw new ArgumentException(
                $"y [{item.Y.Rows}, {item.Y.Cols}] = x [{x.Rows}, {x.Cols}] times the transpose of W [{w.Rows}, {w.Cols}] ({w.Type}): shapes do not fit");
        }

        if (w.UsesQuantizedActivations && item.X.Quantized is null && x.Rows > 0)
        {
            throw new ArgumentException($"W [{w.Rows}, {w.Cols}] ({w.Type}) multiplies int8 activations, and x [{x.Rows}, {x.Cols}] has none");
        }

        if (w.Activations == ActivationType.BFloat16 && item.X.Brain is null && x.Rows > 0)
        {
            throw new ArgumentException($"W [{w.Rows}, {w.Cols}] ({w.Type}) multiplies bfloat16 activations, and x [{x.Rows}, {x.Cols}] has none");
        }
    }

    private static long RowCost(in MatMulItem item) =>
        item.X.Count == 0 ? 0 : (long)item.Weights.Cols * (item.X.Count + UnpackCost);

    private static int Plan(ref Job job, long unitCost)
    {
        int units = 0;
        for (int i = 0; i < job.Items.Length; i++)
        {
            ref readonly MatMulItem item = ref job.Items[i];
            long rowCost = RowCost(item);
            long rows = rowCost == 0 ? item.Weights.Rows : (unitCost + rowCost - 1) / rowCost;
            int perUnit = (int)Math.Min((rows + PanelRows - 1) / PanelRows * PanelRows, int.MaxValue / PanelRows * PanelRows);
            job.RowsPerUnit[i] = perUnit;
            units = checked(units + (rowCost == 0 ? 0 : (int)(((long)item.Weights.Rows + perUnit - 1) / perUnit)));
            job.EndUnit[i] = units;
        }

        return units;
    }

    private static void RunUnit(ref Job job, int unit, int worker)
    {
        // The first item whose units end behind this one.
        int low = 0;
        int high = job.Items.Length - 1;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (job.EndUnit[middle] > unit)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        ref readonly MatMulItem item = ref job.Items[low];
        int firstRow = (unit - (low == 0 ? 0 : job.EndUnit[low - 1])) * job.RowsPerUnit[low];
        int rows = Math.Min(job.RowsPerUnit[low], item.Weights.Rows - firstRow);
        ActivationRows x = item.X;
        item.Weights.Multiply(in x, item.Y, firstRow, rows, job.Scratch, worker);
    }

    private static void RunTransposedUnit(ref TransposedJob job, int unit, int worker)
    {
        int first = unit * job.ColsPerUnit;
        int count = Math.Min(job.ColsPerUnit, job.Weights.Cols - first);
        job.Weights.MultiplyTransposed(job.X, job.Y, first, count, job.Scratch, worker);
    }

    private static void QuantizeUnit(ref QuantizeJob job, int unit, int worker)
    {
        Tensor x = job.X;
        long rowBytes = QuantizedRow.Bytes(x.Cols);
        int end = Math.Min(x.Rows, (unit + 1) * job.RowsPerUnit);
        for (int r = unit * job.RowsPerUnit; r < end; r++)
        {
            QuantizedRow.Quantize(x.Pointer + ((long)r * x.Stride), x.Cols, job.Destination + (r * rowBytes));
        }
    }

    private static void RoundUnit(ref QuantizeJob job, int unit, int worker)
    {
        Tensor x = job.X;
        int end = Math.Min(x.Rows, (unit + 1) * job.RowsPerUnit);
        for (int r = unit * job.RowsPerUnit; r < end; r++)
        {
            BFloat16Convert.Narrow(
                new ReadOnlySpan<float>(x.Pointer + ((long)r * x.Stride), x.Cols),
                new Span<BFloat16>((BFloat16*)job.Destination + ((long)r * x.Cols), x.Cols));
        }
    }

    private readonly ref struct Job(ReadOnlySpan<MatMulItem> items, Span<int> endUnit, Span<int> rowsPerUnit, Scratch scratch)
    {
        public readonly ReadOnlySpan<MatMulItem> Items = items;
        public readonly Span<int> EndUnit = endUnit;
        public readonly Span<int> RowsPerUnit = rowsPerUnit;
        public readonly Scratch Scratch = scratch;
    }

    private readonly struct TransposedJob(WeightMatrix weights, Tensor x, Tensor y, int colsPerUnit, Scratch scratch)
    {
        public readonly WeightMatrix Weights = weights;
        public readonly Tensor X = x;
        public readonly Tensor Y = y;
        public readonly int ColsPerUnit = colsPerUnit;
        public readonly Scratch Scratch = scratch;
    }

    private readonly struct QuantizeJob(Tensor x, byte* destination, int rowsPerUnit)
    {
        public readonly Tensor X = x;
        public readonly byte* Destination = destination;
        public readonly int RowsPerUnit = rowsPerUnit;
    }
}
