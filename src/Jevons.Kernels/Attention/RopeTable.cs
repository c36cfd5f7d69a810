namespace Jevons.Kernels;

/// <summary>
/// The frequencies of a rotary embedding, and the cosines and sines of a batch. Frequencies and angles are computed in
/// double and cosine and sine are rounded to f32 once, so an angle is as exact at position 100000 as at 1. The functions
/// are those of the platform's mathematics library. Immutable and thread-safe.
/// </summary>
public sealed unsafe class RopeTable
{
    private readonly double[] _frequencies;

    /// <summary>Computes the frequencies.</summary>
    /// <param name="config">The embedding.</param>
    /// <exception cref="ArgumentException">A value is missing or out of range.</exception>
    public RopeTable(RopeConfig config)
    {
        int dim = config.Dim;
        Require(dim > 0 && dim % 2 == 0, $"Dim is {dim}, it must be even and positive", config);
        Require(config.Theta > 0 && double.IsFinite(config.Theta), $"Theta is {config.Theta}, it must be positive", config);
        Require(config.Factor > 0 && double.IsFinite(config.Factor), $"Factor is {config.Factor}, it must be positive", config);
        Require(
            config.Scaling is RopeScaling.None or RopeScaling.Linear || config.OriginalContext > 0,
            $"OriginalContext is {config.OriginalContext}, {config.Scaling} needs it",
            config);
        Require(
            config.FreqDivisors is null || config.FreqDivisors.Count == dim / 2,
            $"FreqDivisors has {config.FreqDivisors?.Count} elements for {dim / 2} pairs",
            config);
        Dim = dim;
        Magnitude = config.MagnitudeMultiplier * (config.Scaling == RopeScaling.Yarn ? YarnMagnitude(config) : 1);
        _frequencies = new double[dim / 2];
        for (int i = 0; i < _frequencies.Length; i++)
        {
            double f = Math.Pow(config.Theta, -2.0 * i / dim);
            f = config.Scaling switch
            {
                RopeScaling.Linear => f / config.Factor,
                RopeScaling.Llama3 => Llama3(f, config),
                RopeScaling.Yarn => Yarn(f, i, config),
                _ => f,
            };
            _frequencies[i] = config.FreqDivisors is null ? f : f / config.FreqDivisors[i];
        }
    }

    /// <summary>Rotated dimensions D.</summary>
    public int Dim { get; }

    /// <summary>Factor of cosine and sine.</summary>
    public double Magnitude { get; }

    /// <summary>Radians per position of each of the D/2 pairs, scaling applied.</summary>
    public ReadOnlySpan<double> Frequencies => _frequencies;

    /// <summary>Columns of the tensor that <see cref="FillAngles"/> fills.</summary>
    public int AngleColumns => 2 * Dim;

    /// <summary>
    /// g(s, m) = 1 for s at most 1, else 0.1 m ln s + 1. DeepSeek multiplies its softmax scale by g(factor, mscale_all_dim)^2.
    /// </summary>
    /// <param name="factor">s.</param>
    /// <param name="mscale">m.</param>
    /// <returns>g.</returns>
    public static double YarnMscale(double factor, double mscale) => factor <= 1 ? 1 : (0.1 * mscale * Math.Log(factor)) + 1;

    /// <summary>
    /// The cosines and sines of a batch, once for all layers: row r of a token at position p holds, for each of the D
    /// dimensions e in pair i, cos(p f_i) A at column e and the sine with the sign that the dimension takes, -sin(p f_i) A
    /// for the first member of the pair and +sin(p f_i) A for the second, at column D + e.
    /// </summary>
    /// <param name="chunks">The batch.</param>
    /// <param name="layout">Which dimensions form a pair.</param>
    /// <param name="angles">[T, 2 D].</param>
    /// <param name="context">Threads.</param>
    /// <exception cref="ArgumentException">The shapes do not fit each other.</exception>
    public void FillAngles(ReadOnlySpan<BatchChunk> chunks, RopeLayout layout, Tensor angles, KernelContext context)
    {
        ShapeChecks.Columns(angles, AngleColumns, "twice the rotated dimensions");
        ShapeChecks.Chunks(chunks, angles.Rows);
        foreach (ref readonly BatchChunk chunk in chunks)
        {
            AngleJob job = new() { Table = this, Chunk = chunk, Layout = layout, Angles = angles };
            LaneJobs.Run(context, (chunk.Count + AngleJob.TokensPerUnit - 1) / AngleJob.TokensPerUnit, ref job);
        }
    }

    private static double Llama3(double f, RopeConfig config)
    {
        double wavelength = 2 * Math.PI / f;
        if (wavelength < config.OriginalContext / config.HighFreqFactor)
        {
            return f;
        }

        if (wavelength > config.OriginalContext / config.LowFreqFactor)
        {
            return f / config.Factor;
        }

        double t = ((config.OriginalContext / wavelength) - config.LowFreqFactor) / (config.HighFreqFactor - config.LowFreqFactor);
        return f * (((1 - t) / config.Factor) + t);
    }

    private static double Yarn(double f, int pair, RopeConfig config)
    {
        double low = PairOfTurns(config.BetaFast, config);
        double high = PairOfTurns(config.BetaSlow, config);
        if (config.Truncate)
        {
            low = Math.Floor(low);
            high = Math.Ceiling(high);
        }

        low = Math.Max(0, low);
        high = Math.Min(config.Dim - 1, high);
        if (low == high)
        {
            high += 0.001;
        }

        double ramp = Math.Clamp((pair - low) / (high - low), 0, 1);
        return (f / config.Factor * ramp) + (f * (1 - ramp));
    }

    // The pair, as a real number, that turns beta times within the original context.
    private static double PairOfTurns(double beta, RopeConfig config) =>
        config.Dim * Math.Log(config.OriginalContext / (2 * Math.PI * beta)) / (2 * Math.Log(config.Theta));

    private static double YarnMagnitude(RopeConfig config) => config switch
    {
        { AttentionFactor: double given } => given,
        { Mscale: double m and not 0, MscaleAllDim: double all and not 0 } => YarnMscale(config.Factor, m) / YarnMscale(config.Factor, all),
        _ => YarnMscale(config.Factor, 1),
    };

    private static void Require(bool condition, string message, RopeConfig config)
    {
        if (!condition)
        {
            throw new ArgumentException(message, nameof(config));
        }
    }

    private struct AngleJob : ILaneJob<AngleJob>
    {
        public const int TokensPerUnit = 16;

        public RopeTable Table;
        public BatchChunk Chunk;
        public RopeLayout Layout;
        public Tensor Angles;

        public static void Run<TLanes>(ref AngleJob job, int unit, int worker)
            where TLanes : unmanaged, ILanes<TLanes>
        {
            int end = Math.Min(job.Chunk.Count, (unit + 1) * TokensPerUnit);
            for (int token = unit * TokensPerUnit; token < end; token++)
            {
                float* cos = job.Angles.Pointer + ((long)(job.Chunk.FirstRow + token) * job.Angles.Stride);
                job.Table.Fill(job.Chunk.FirstPosition + token, job.Layout, cos, cos + job.Table.Dim);
            }
        }
    }

    private void Fill(int position, RopeLayout layout, float* cos, float* sin)
    {
        (int first, int second, int step) = layout == RopeLayout.Interleaved ? (0, 1, 2) : (0, Dim / 2, 1);
        for (int i = 0; i < _frequencies.Length; i++, first += step, second += step)
        {
            (double s, double c) = Math.SinCos(position * _frequencies[i]);
            cos[first] = cos[second] = (float)(c * Magnitude);
            sin[second] = (float)(s * Magnitude);
            sin[first] = -sin[second];
        }
    }
}
