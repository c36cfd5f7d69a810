using System.Text.Json;
using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Training.Tests;

public class TokenDivergenceTests
{
    private static readonly string[] s_file = ["training-golden", "grpo", "distill.json"];

    public static TheoryData<string> Cases() => Golden.Names("cases", s_file);

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryCase_EqualsTheReference(string name)
    {
        JsonElement root = Golden.Root(s_file);
        JsonElement golden = Golden.Case(root, "cases", name);
        JsonElement student = root.GetProperty("student_logits");
        int sequences = student.GetArrayLength();
        int rows = sequences * student[0].GetArrayLength();
        float[] z = Golden.Floats(student);
        int vocabulary = z.Length / rows;
        double temperature = golden.GetProperty("temperature").GetDouble();
        float[] Divided(float[] logits) => [.. logits.Select(l => (float)(l / temperature))];

        double[] labels = Golden.Numbers(root, "labels");
        bool masked = golden.GetProperty("masked").GetBoolean();
        bool[] counts = [.. labels.Select(l => !masked || l != TrainingSequence.Ignored)];
        double divisor = masked ? counts.Count(c => c) : sequences;
        float[] scales = [.. counts.Select(c => c ? (float)(1 / (divisor * temperature)) : 0)];

        using KernelBench bench = new();
        Tensor logits = bench.Rows(rows, vocabulary, Divided(z));
        Tensor teacher = bench.Rows(rows, vocabulary, Divided(Golden.Floats(root.GetProperty("teacher_logits"))));
        double[] divergences = new double[rows];
        TokenDivergence.Run(logits, teacher, (float)golden.GetProperty("beta").GetDouble(), scales, divergences, bench.Context);

        double loss = divergences.Where((_, r) => counts[r]).Sum() / divisor;
        double expected = golden.GetProperty("loss").GetDouble();
        Assert.True(Math.Abs(loss - expected) <= Tolerances.LogProb * Math.Max(1, rows / divisor), $"{loss}, expected {expected}");
        Golden.Close(Golden.Numbers(golden, "grad_student_logits"), [.. KernelBench.Values(logits).Select(g => (double)g)], Tolerances.LogProb, "gradient");
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.3f)]
    [InlineData(1f)]
    public void PiecesThreadsAndInstructionSets_ChangeNoBit(float beta)
    {
        const int rows = 37;
        const int vocabulary = 1003;
        float[] student = Random(1, rows * vocabulary);
        float[] teacher = Random(2, rows * vocabulary);
        float[] scales = Random(3, rows);
        (float[] Gradient, double[] Divergence) Run(int workers, int piece, CpuFeatures features)
        {
            using KernelBench bench = new(workers, features);
            Tensor z = bench.Rows(rows, vocabulary, student);
            Tensor t = bench.Rows(rows, vocabulary, teacher);
            double[] found = new double[rows];
            for (int first = 0; first < rows; first += piece)
            {
                int count = Math.Min(piece, rows - first);
                TokenDivergence.Run(z.RowRange(first, count), t.RowRange(first, count), beta, scales.AsSpan(first, count), found.AsSpan(first, count), bench.Context);
            }

            return (KernelBench.Values(z), found);
        }

        (float[] gradient, double[] divergence) = Run(1, rows, CpuFeatures.Detect());
        Assert.All(divergence, d => Assert.InRange(d, 0, 100));
        foreach (Isa isa in CpuFeatures.Supported())
        {
            (float[] again, double[] alike) = Run(3, 8, CpuFeatures.For(isa));
            Assert.Equal(gradient, again);
            Assert.Equal(divergence, alike);
        }
    }

    [Fact]
    public void FarApartDistributions_StayFinite()
    {
        using KernelBench bench = new();
        Tensor student = bench.Rows(1, 3, [0, 200, -200]);
        Tensor teacher = bench.Rows(1, 3, [200, 0, -200]);
        double[] divergence = new double[1];
        TokenDivergence.Run(student, teacher, 0.5f, [1], divergence, bench.Context);

        // Two distributions without a common token: ln 2.
        Assert.Equal(Math.Log(2), divergence[0], Tolerances.LogProb);
        Assert.All(KernelBench.Values(student), g => Assert.True(float.IsFinite(g)));
    }

    private static float[] Random(ulong seed, int count)
    {
        SeededRandom random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(8 * (random.NextDouble() - 0.5));
        }

        return values;
    }
}
