using System.Text.Json;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Training.Tests;

public class AdamWTests
{
    private static readonly string[] s_file = ["training-golden", "optim", "adamw.json"];

    public static TheoryData<string> Models() =>
        SharedData.TryPath(s_file) is { } file
            ? [.. JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.GetProperty("models").EnumerateObject().Select(p => p.Name)]
            : [string.Empty];

    [Theory]
    [MemberData(nameof(Models))]
    public void TenStepsOfAModel_EqualTheReference(string model)
    {
        JsonElement root = Golden.Root(s_file);
        JsonElement golden = root.GetProperty("models").GetProperty(model);
        JsonElement hyper = root.GetProperty("hyper");
        using TrainingBench bench = new(SharedData.Path("weights", "synthetic-archs", model));
        using AdamW optimizer = new(bench.Parameters.All, Options(hyper), bench.Context);
        double[] losses = Golden.Numbers(golden, "loss_f64");
        double[] norms = Golden.Numbers(golden, "grad_norm_f64");
        double rate = hyper.GetProperty("lr").GetDouble();
        for (int step = 0; step < losses.Length; step++)
        {
            bench.Parameters.ClearGradients();
            double loss = bench.Loss.Backward(Batch(golden.GetProperty("ids")[step]), 0, 1);
            double norm = GradientNorm.Of(bench.Parameters.All.Where(p => p.IsTrained));

            // PyTorch's own f32 run is up to 1.9e-6 (loss) and 1.9e-6 relative (norm) away; a wrong step shows from 1e-3 on.
            Assert.Equal(losses[step], loss, 1e-5);
            Assert.Equal(norms[step], norm, 1e-5 * norms[step]);
            optimizer.Step(rate, GradientClip.Factor(norm, hyper.GetProperty("clip").GetDouble()));
        }

        Assert.Equal(golden.GetProperty("param_norm_f64").EnumerateObject().Count(), optimizer.Parameters.Count);
        foreach (Parameter parameter in optimizer.Parameters)
        {
            Compare(golden, parameter);
        }
    }

    [Fact]
    public void AnElement_FollowsTheFormulaInDouble()
    {
        const int rows = 5;
        const int cols = 37;
        AdamWOptions options = new() { Beta1 = 0.9, Beta2 = 0.95, WeightDecay = 0.1, DecayVectors = true };
        using Rig rig = new(rows, cols);
        using AdamW optimizer = new(rig.Store.All, options, rig.Bench.Context);
        SeededRandom random = new(7);
        double[] p = [.. KernelBench.Values(rig.Parameter.Values).Select(v => (double)v)];
        double[] m = new double[p.Length];
        double[] v = new double[p.Length];
        for (int step = 1; step <= 20; step++)
        {
            double rate = 1e-2 / step;
            rig.Fill(rig.Parameter.Gradient, random);
            float[] g = KernelBench.Values(rig.Parameter.Gradient);
            for (int i = 0; i < p.Length; i++)
            {
                double scaled = 0.5 * g[i];
                m[i] = (0.9 * m[i]) + (0.1 * scaled);
                v[i] = (0.95 * v[i]) + (0.05 * scaled * scaled);
                p[i] -= rate * 0.1 * p[i];
                p[i] -= rate * (m[i] / (1 - Math.Pow(0.9, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95, step))) + 1e-8);
            }

            optimizer.Step(rate, 0.5f);
        }

        // Values below 1: every step rounds p by 2^-25 twice and its change, below 0.03, by some 2^-22 of itself (sums of m and v
        // over 20 steps).
        Golden.Close(p, [.. KernelBench.Values(rig.Parameter.Values).Select(x => (double)x)], 20 * ((2 * Math.Pow(2, -25)) + (0.03 * Math.Pow(2, -22))), "p");
    }

    [Fact]
    public void ThreadsAndInstructionSets_ChangeNoBit()
    {
        float[]? expected = null;
        foreach (Isa isa in CpuFeatures.Supported())
        {
            foreach (int workers in new[] { 1, 3 })
            {
                using Rig rig = new(129, 301, workers, CpuFeatures.For(isa));
                using AdamW optimizer = new(rig.Store.All, new() { WeightDecay = 0.1 }, rig.Bench.Context);
                SeededRandom random = new(3);
                for (int step = 0; step < 5; step++)
                {
                    rig.Fill(rig.Parameter.Gradient, random);
                    optimizer.Step(1e-3, 0.7f);
                }

                float[] found = [.. KernelBench.Values(rig.Parameter.Values), .. optimizer.State.SelectMany(s => KernelBench.Values(s.Values))];
                expected ??= found;
                Assert.Equal(expected, found);
            }
        }
    }

    [Fact]
    public void StateReadBack_GoesOnWithTheSameBits()
    {
        using Rig straight = new(7, 33);
        using AdamW whole = new(straight.Store.All, new(), straight.Bench.Context);
        Train(straight, whole, 0, 10);

        using Rig before = new(7, 33);
        using AdamW first = new(before.Store.All, new(), before.Bench.Context);
        Train(before, first, 0, 5);
        using Rig after = new(7, 33);
        using AdamW second = new(after.Store.All, new(), after.Bench.Context);
        Copy(before.Parameter.Values, after.Parameter.Values);
        Dictionary<string, OptimizerTensor> saved = first.State.ToDictionary(s => s.Name, StringComparer.Ordinal);
        Assert.Equal("w.exp_avg w.exp_avg_sq", string.Join(" ", saved.Keys.Order(StringComparer.Ordinal)));
        foreach (OptimizerTensor tensor in second.State)
        {
            Copy(saved[tensor.Name].Values, tensor.Values);
        }

        second.Steps = first.Steps;
        Train(after, second, 5, 10);
        Assert.Equal(KernelBench.Values(straight.Parameter.Values), KernelBench.Values(after.Parameter.Values));
        Assert.Equal(whole.State.SelectMany(s => KernelBench.Values(s.Values)), second.State.SelectMany(s => KernelBench.Values(s.Values)));
    }

    [Fact]
    public void Clipping_IsTorchs()
    {
        Assert.Equal(1f, GradientClip.Factor(0.5, 1));
        Assert.Equal((float)(1 / (4 + 1e-6)), GradientClip.Factor(4, 1));
        Assert.Equal(1f, GradientClip.Factor(4, double.PositiveInfinity));
        Assert.True(float.IsNaN(GradientClip.Factor(double.NaN, 1)));
    }

    private static void Train(Rig rig, AdamW optimizer, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            rig.Fill(rig.Parameter.Gradient, new SeededRandom((ulong)step));
            optimizer.Step(1e-2, 1);
        }
    }

    private static void Copy(Tensor from, Tensor to)
    {
        for (int r = 0; r < from.Rows; r++)
        {
            from.Row(r).CopyTo(to.Row(r));
        }
    }

    private static AdamWOptions Options(JsonElement hyper) => new()
    {
        Beta1 = hyper.GetProperty("betas")[0].GetDouble(),
        Beta2 = hyper.GetProperty("betas")[1].GetDouble(),
        Epsilon = hyper.GetProperty("eps").GetDouble(),
        WeightDecay = hyper.GetProperty("weight_decay").GetDouble(),
    };

    private static TrainingSequence[] Batch(JsonElement ids) =>
        [.. ids.EnumerateArray().Select(row => row.EnumerateArray().Select(i => i.GetInt32()).ToArray()).Select(row => new TrainingSequence(row, row))];

    // Norm and first elements. PyTorch's f32 run states how far a parameter is off norm-wise, and no element can be off by more.
    // Where gradients are nearly 0 Adam makes noise as large as a step of it, so another order of summation may be as far off
    // again in another direction: three times that distance, and never less than the rounding of 10 steps.
    private static void Compare(JsonElement golden, Parameter parameter)
    {
        double norm = golden.GetProperty("param_norm_f64").GetProperty(parameter.Name).GetDouble();
        double relative = golden.GetProperty("param_rel_diff_f32").GetProperty(parameter.Name).GetDouble();
        double tolerance = norm * Math.Max(3 * relative, 10 * Math.Pow(2, -24));
        float[] values = KernelBench.Values(parameter.Values);
        double found = Math.Sqrt(values.Sum(v => (double)v * v));
        Assert.True(Math.Abs(found - norm) <= tolerance, $"norm of {parameter.Name}: {found}, expected {norm} within {tolerance:E1}");
        double[] first = Golden.Numbers(golden.GetProperty("param_first4_f64"), parameter.Name);
        Golden.Close(first, [.. values.Take(first.Length).Select(v => (double)v)], tolerance, parameter.Name);
    }
}
