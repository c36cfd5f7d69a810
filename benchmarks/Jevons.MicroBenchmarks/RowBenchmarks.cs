using BenchmarkDotNet.Attributes;
using Jevons.Kernels;

namespace Jevons.MicroBenchmarks;

/// <summary>Kernels that pass over rows of activations, each row by itself: 512 rows of 1536 elements.</summary>
public class RowBenchmarks : KernelBenchmark, IMeasuredWork
{
    private const int Tokens = 512;
    private const int Cols = 1536;
    private const int HeadDim = 128;
    private readonly float[] _weight = new float[Cols];
    private Tensor _x;
    private Tensor _y;
    private Tensor _angles;

    /// <summary>Which kernels run.</summary>
    [ParamsSource(nameof(Paths), Priority = -1)]
    public KernelPath Path { get; set; }

    /// <summary>Paths of this process.</summary>
    public static IEnumerable<KernelPath> Paths => KernelPaths.OfIntrinsics();

    /// <inheritdoc/>
    long IMeasuredWork.MultiplyAdds => 0;

    /// <inheritdoc/>
    long IMeasuredWork.Bytes => 2L * Tokens * Cols * sizeof(float);

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Open(Path);
        Array.Fill(_weight, 1.5f);
        _x = Rows(Tokens, Cols);
        _y = Rows(Tokens, Cols);
        RopeTable table = new(new RopeConfig { Dim = HeadDim, Theta = 10000 });
        _angles = Rows(Tokens, table.AngleColumns);
        table.FillAngles([new BatchChunk(0, Tokens, 0, 0, Absorbed: false)], RopeLayout.Half, _angles, Context);
    }

    /// <summary>Root mean square normalisation.</summary>
    [Benchmark]
    public void RmsNorm() => Jevons.Kernels.RmsNorm.Run(_x, _weight, 1e-6f, _y, Context);

    /// <summary>Rotary embedding of heads of 128 dimensions, in place.</summary>
    [Benchmark]
    public void Rope() => Jevons.Kernels.Rope.Run(_x, _angles, RopeLayout.Half, HeadDim, 0, Context);

    /// <summary>Softmax over every row.</summary>
    [Benchmark]
    public void Softmax() => Jevons.Kernels.Softmax.Run(_x, _y, Context);
}
