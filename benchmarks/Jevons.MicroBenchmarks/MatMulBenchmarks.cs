using BenchmarkDotNet.Attributes;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.MicroBenchmarks;

/// <summary>y = x W^T with W [8960, 1536], the feed-forward of R1-Distill-Qwen-1.5B; on the scalar path its first 64 rows.</summary>
public unsafe class MatMulBenchmarks : KernelBenchmark, IMeasuredWork
{
    private const int Cols = 1536;
    private const int AllRows = 8960;
    private const int ScalarRows = 64;

    // Every byte the same makes all scales small normal numbers, whatever the type.
    private const byte Filling = 0x11;

    private WeightMatrix _weights = null!;
    private AlignedMemory? _quantized;
    private Tensor _x;
    private Tensor _y;

    /// <summary>Stored type of the weights; quantised ones meet int8 activations.</summary>
    [ParamsSource(nameof(Types), Priority = -2)]
    public TensorType Type { get; set; }

    /// <summary>Which kernels run.</summary>
    [ParamsSource(nameof(Paths), Priority = -1)]
    public KernelPath Path { get; set; }

    /// <summary>Rows of x.</summary>
    [Params(1, 16, 512)]
    public int Tokens { get; set; }

    /// <summary>Types of a matrix.</summary>
    public static IEnumerable<TensorType> Types => TensorTypes.All
        .Where(t => TensorTypes.IsQuantized(t) || t is TensorType.F32 or TensorType.F16 or TensorType.BF16);

    /// <summary>Paths of this process.</summary>
    public static IEnumerable<KernelPath> Paths => KernelPaths.OfProducts();

    /// <inheritdoc/>
    long IMeasuredWork.MultiplyAdds => (long)Tokens * Cols * RowCount;

    /// <inheritdoc/>
    long IMeasuredWork.Bytes => TensorTypes.ByteCount(Type, (long)RowCount * Cols);

    private int RowCount => Path == KernelPath.Scalar ? ScalarRows : AllRows;

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Open(Path);
        AlignedMemory stored = Own(new AlignedMemory(((IMeasuredWork)this).Bytes));
        stored.AsSpan<byte>(0, checked((int)stored.Length)).Fill(Filling);
        _weights = WeightMatrix.Create(Type, RowCount, Cols, stored.Region, Context.Features, ActivationType.Int8);
        _x = Rows(Tokens, Cols);
        _y = Rows(Tokens, RowCount);
        _quantized = null;
        if (_weights.UsesQuantizedActivations)
        {
            _quantized = Own(new AlignedMemory(Tokens * QuantizedRow.Bytes(Cols)));
            Jevons.Kernels.MatMul.Quantize(_x, _quantized.Pointer, Context);
        }
    }

    /// <summary>The product; activations are rounded beforehand.</summary>
    [Benchmark]
    public void MatMul() =>
        Jevons.Kernels.MatMul.Run(_weights, new ActivationRows(_x, _quantized is null ? null : _quantized.Pointer), _y, Context);
}
