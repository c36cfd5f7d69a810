using System.Globalization;
using Jevons.Kernels;

namespace Jevons.Benchmarks;

/// <summary>A product of two f32 matrices: C [M, N] from sums of K products.</summary>
/// <param name="Form">How A and B are stored.</param>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Length of the sums.</param>
internal sealed record GemmWork(GemmForm Form, int M, int N, int K)
{
    private const int Parts = 3;

    /// <summary>Multiply-adds of one product.</summary>
    public long MultiplyAdds => (long)M * N * K;

    /// <summary>Rows and columns of A as it is stored.</summary>
    public (int Rows, int Cols) A => Form == GemmForm.TN ? (K, M) : (M, K);

    /// <summary>Rows and columns of B as it is stored.</summary>
    public (int Rows, int Cols) B => Form == GemmForm.NT ? (N, K) : (K, N);

    /// <summary>Cubes in all forms; then a layer [1024, 256] on 2048 tokens: forward, gradient of its input, gradient of its weights.</summary>
    public static string Default { get; } = string.Join(',', (string[])
    [
        .. from size in (int[])[512, 1024, 2048] from form in Enum.GetValues<GemmForm>() select $"{form}:{size}x{size}x{size}",
        "NT:2048x1024x256", "NN:2048x256x1024", "TN:1024x256x2048",
    ]);

    /// <summary>Reads FORM:MxNxK.</summary>
    /// <param name="text">Such as NT:2048x1024x256.</param>
    /// <exception cref="ArgumentException">It is not of that form.</exception>
    public static GemmWork Parse(string text)
    {
        string[] halves = text.Split(':');
        string[] sizes = halves[^1].Split('x');
        int[] numbers = [.. sizes.Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        return halves.Length == 2 && Enum.TryParse(halves[0], ignoreCase: true, out GemmForm form) && Enum.IsDefined(form)
            && numbers.Length == Parts && numbers.All(n => n > 0)
            ? new GemmWork(form, numbers[0], numbers[1], numbers[2])
            : throw new ArgumentException($"--shapes: '{text}' is no product; write FORM:MxNxK as in NT:2048x1024x256, the forms are NN, NT and TN");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Form} {M} x {N} x {K}");
}
