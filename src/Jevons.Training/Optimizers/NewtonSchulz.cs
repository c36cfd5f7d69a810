using Jevons.Kernels;

namespace Jevons.Training;

/// <summary>
/// Brings the singular values of a matrix near 1 and keeps its singular vectors: X = U / max(||U||, 1e-7), then some times
/// A = X X^T, X = a X + (b A + c A^2) X with (a, b, c) = (3.4445, -4.7750, 2.0315) (Muon, K. Jordan, 2024). A matrix with more
/// rows than columns is transposed first, so that A is the smaller of the two products. f32, the norm in double. Owns its
/// buffers; not thread-safe.
/// </summary>
/// <param name="context">Threads, scratch, instruction set.</param>
public sealed class NewtonSchulz(KernelContext context) : IDisposable
{
    private const double Epsilon = 1e-7;
    private const float LinearFactor = 3.4445f;
    private const float CubicFactor = -4.7750f;
    private const float QuinticFactor = 2.0315f;

    private readonly TensorBuffer _wide = new();
    private readonly TensorBuffer _next = new();
    private readonly TensorBuffer _tall = new();
    private readonly TensorBuffer _square = new();
    private readonly TensorBuffer _polynomial = new();

    /// <summary>Replaces a matrix by its orthogonal part, nearly.</summary>
    /// <param name="matrix">[rows, cols], read and written.</param>
    /// <param name="steps">Iterations.</param>
    public void Run(Tensor matrix, int steps)
    {
        bool flip = matrix.Rows > matrix.Cols;
        int rows = flip ? matrix.Cols : matrix.Rows;
        int cols = flip ? matrix.Rows : matrix.Cols;
        Tensor x = _wide.Resize(rows, cols);      // [r, c], r <= c
        Tensor next = _next.Resize(rows, cols);
        Tensor transposed = _tall.Resize(cols, rows);
        Tensor a = _square.Resize(rows, rows);
        Tensor p = _polynomial.Resize(rows, rows);
        Copy(matrix, x, flip);
        float scale = (float)(1 / Math.Max(Norm(matrix), Epsilon));
        Blend.Run(x, 0, x, scale, context);
        for (int i = 0; i < steps; i++)
        {
            Copy(x, transposed, flip: true);
            Gemm.Run(GemmForm.TN, transposed, transposed, a, context);       // A = X X^T
            Gemm.Run(GemmForm.NN, a, a, p, context);                         // P = b A + c A^2
            Blend.Run(a, CubicFactor, p, QuinticFactor, context);
            Blend.Run(x, LinearFactor, next, 0, context);                    // X = a X + P X
            Gemm.Accumulate(GemmForm.NN, p, x, next, context);
            (x, next) = (next, x);
        }

        Copy(x, matrix, flip);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _wide.Dispose();
        _next.Dispose();
        _tall.Dispose();
        _square.Dispose();
        _polynomial.Dispose();
    }

    private static double Norm(Tensor matrix)
    {
        double sum = 0;
        for (int r = 0; r < matrix.Rows; r++)
        {
            foreach (float x in matrix.Row(r))
            {
                sum += (double)x * x;
            }
        }

        return Math.Sqrt(sum);
    }

    private static void Copy(Tensor from, Tensor to, bool flip)
    {
        for (int r = 0; r < from.Rows; r++)
        {
            ReadOnlySpan<float> row = from.Row(r);
            if (!flip)
            {
                row.CopyTo(to.Row(r));
                continue;
            }

            for (int c = 0; c < row.Length; c++)
            {
                to.Row(c)[r] = row[c];
            }
        }
    }
}
