using Jevons.Numerics;

namespace Jevons.Kernels.Tests.MatMul;

/// <summary>Operands of one product of two matrices between guarded pages, and its definition by way of <see cref="Kernels.MatMul"/>.</summary>
internal sealed unsafe class GemmCase : IDisposable
{
    private readonly GuardedMemory _a;
    private readonly GuardedMemory _b;
    private readonly GuardedMemory _c;
    private readonly int _depth;

    public GemmCase(GemmForm form, int m, int n, int k, ulong seed, bool atEnd = true)
    {
        (Form, _depth) = (form, k);
        SeededRandom random = new(seed);
        _a = Random((long)m * k, atEnd, random);
        _b = Random((long)n * k, atEnd, random);
        _c = Random((long)m * n, atEnd, random);
        A = form == GemmForm.TN ? View(_a, k, m) : View(_a, m, k);
        B = form == GemmForm.NT ? View(_b, n, k) : View(_b, k, n);
        C = View(_c, m, n);
        Before = Result.ToArray();
    }

    public GemmForm Form { get; }

    public Tensor A { get; }

    public Tensor B { get; }

    public Tensor C { get; }

    /// <summary>What C held at first.</summary>
    public float[] Before { get; }

    public ReadOnlySpan<float> Result => new(C.Pointer, C.Rows * C.Cols);

    public float[] Run(KernelContext context)
    {
        new Span<float>(C.Pointer, C.Rows * C.Cols).Fill(float.NaN);
        Gemm.Run(Form, A, B, C, context);
        return Result.ToArray();
    }

    public float[] Accumulate(KernelContext context)
    {
        Before.CopyTo(new Span<float>(C.Pointer, Before.Length));
        Gemm.Accumulate(Form, A, B, C, context);
        return Result.ToArray();
    }

    /// <summary>A and B as the form NT stores them.</summary>
    public (float[] A, float[] B) Plain() => (Form == GemmForm.TN ? Turned(A) : Flat(A), Form == GemmForm.NT ? Flat(B) : Turned(B));

    /// <summary>The product of the same numbers as activations and f32 weights, on the scalar path or another.</summary>
    public float[] Definition(KernelContext context, CpuFeatures features)
    {
        (float[] a, float[] b) = Plain();
        using AlignedMemory x = Copy(a);
        using AlignedMemory w = Copy(b);
        using AlignedMemory y = new((long)C.Rows * C.Cols * sizeof(float));
        WeightMatrix weights = WeightMatrix.Create(TensorType.F32, C.Cols, _depth, w.Region, features, ActivationType.Float32);
        Tensor result = new((float*)y.Pointer, C.Rows, C.Cols, C.Cols);
        Jevons.Kernels.MatMul.Run(weights, ActivationRows.Float(new Tensor((float*)x.Pointer, C.Rows, _depth, _depth)), result, context);
        return y.AsSpan<float>(0, C.Rows * C.Cols).ToArray();
    }

    public void Dispose()
    {
        _a.Dispose();
        _b.Dispose();
        _c.Dispose();
    }

    private static Tensor View(GuardedMemory memory, int rows, int cols) => new((float*)memory.Pointer, rows, cols, cols);

    private static float[] Flat(Tensor matrix) => new ReadOnlySpan<float>(matrix.Pointer, matrix.Rows * matrix.Cols).ToArray();

    private static float[] Turned(Tensor matrix)
    {
        float[] result = new float[matrix.Rows * matrix.Cols];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = matrix.Row(i % matrix.Rows)[i / matrix.Rows];
        }

        return result;
    }

    private static AlignedMemory Copy(float[] values)
    {
        AlignedMemory memory = new((long)values.Length * sizeof(float));
        values.CopyTo(memory.AsSpan<float>(0, values.Length));
        return memory;
    }

    private static GuardedMemory Random(long count, bool atEnd, SeededRandom random)
    {
        GuardedMemory memory = new(count * sizeof(float), atEnd);
        RandomWeights.Fill(TensorType.F32, memory.Bytes, random);
        return memory;
    }
}
