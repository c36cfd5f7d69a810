using System.Text.Json;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;
using Jevons.Testing;

namespace Jevons.Training.Tests;

public class MuonTests
{
    // The f32 run of the reference's code is within 1.5e-6 of its f64 tensors for one Newton-Schulz and in the change after ten
    // steps; our sums are in another order, and the stored tensors are rounded to f32: three times that.
    private const double Tolerance = 4.5e-6;

    public static TheoryData<int, int> Shapes()
    {
        TheoryData<int, int> shapes = [];
        if (SharedData.TryPath("training-golden", "optim", "muon.json") is not { } file)
        {
            shapes.Add(0, 0);
            return shapes;
        }

        foreach (JsonElement golden in JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.GetProperty("cases").EnumerateArray())
        {
            shapes.Add(golden.GetProperty("shape")[0].GetInt32(), golden.GetProperty("shape")[1].GetInt32());
        }

        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void OneNewtonSchulz_EqualsTheReference(int rows, int cols)
    {
        Dictionary<string, float[]> tensors = NamedTensors.Read(SharedData.Path("training-golden", "optim", "muon.safetensors"));
        string shape = $"{rows}x{cols}";
        using KernelBench bench = new();
        using NewtonSchulz orthogonal = new(bench.Context);
        Tensor matrix = bench.Rows(rows, cols, tensors[$"{shape}.grads"].AsSpan(0, rows * cols));
        orthogonal.Run(matrix, 5);
        double distance = NamedTensors.Distance(KernelBench.Values(matrix), tensors[$"{shape}.ns.f64"]);
        Assert.True(distance <= Tolerance, $"{distance:E1}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TenSteps_EqualTheReference(int rows, int cols)
    {
        JsonElement hyper = Golden.Root("training-golden", "optim", "muon.json").GetProperty("hyper");
        Dictionary<string, float[]> tensors = NamedTensors.Read(SharedData.Path("training-golden", "optim", "muon.safetensors"));
        string shape = $"{rows}x{cols}";
        foreach (MuonRate rate in Enum.GetValues<MuonRate>())
        {
            string run = rate == MuonRate.Original ? "original" : "match_rms_adamw";
            using Rig rig = new(rows, cols);
            using Muon optimizer = new(
                rig.Store.All,
                new MuonOptions
                {
                    Momentum = hyper.GetProperty("momentum").GetDouble(),
                    Nesterov = hyper.GetProperty("nesterov").GetBoolean(),
                    NewtonSchulzSteps = hyper.GetProperty("ns_steps").GetInt32(),
                    WeightDecay = hyper.GetProperty("weight_decay").GetDouble(),
                    Rate = rate,
                },
                rig.Bench.Context);
            float[] start = tensors[$"{shape}.weight0"];
            Fill(start, rig.Parameter.Values);
            int steps = hyper.GetProperty("steps").GetInt32();
            for (int step = 0; step < steps; step++)
            {
                Fill(tensors[$"{shape}.grads"].AsSpan(step * rows * cols, rows * cols), rig.Parameter.Gradient);
                optimizer.Step(hyper.GetProperty("lr").GetDouble(), 1);
                if (step == 0)
                {
                    CompareChange(start, tensors[$"{shape}.{run}.f64.step1"], rig.Parameter, $"{run} after one step");
                }
            }

            CompareChange(start, tensors[$"{shape}.{run}.f64.step10"], rig.Parameter, run);
        }
    }

    [Fact]
    public void ThreadsAndInstructionSets_ChangeNoBit()
    {
        float[]? expected = null;
        foreach (Isa isa in CpuFeatures.Supported())
        {
            foreach (int workers in new[] { 1, 3 })
            {
                using Rig rig = new(83, 47, workers, CpuFeatures.For(isa));
                using Muon optimizer = new(rig.Store.All, new(), rig.Bench.Context);
                optimizer.Step(0.02, 1);
                optimizer.Step(0.02, 0.5f);
                float[] found = KernelBench.Values(rig.Parameter.Values);
                expected ??= found;
                Assert.Equal(expected, found);
            }
        }
    }

    [Fact]
    public void StateReadBack_GoesOnWithTheSameBits()
    {
        using Rig straight = new(9, 21);
        using Muon whole = new(straight.Store.All, new(), straight.Bench.Context);
        using Rig resumed = new(9, 21);
        using Muon other = new(resumed.Store.All, new(), resumed.Bench.Context);
        whole.Step(0.02, 1);
        Fill(KernelBench.Values(straight.Parameter.Values), resumed.Parameter.Values);
        OptimizerTensor state = Assert.Single(other.State);
        Assert.Equal("w.momentum_buffer", state.Name);
        Fill(KernelBench.Values(Assert.Single(whole.State).Values), state.Values);
        other.Steps = whole.Steps;
        whole.Step(0.02, 1);
        other.Step(0.02, 1);
        Assert.Equal(KernelBench.Values(straight.Parameter.Values), KernelBench.Values(resumed.Parameter.Values));
    }

    [Fact]
    public void Vectors_AreRefused()
    {
        using KernelBench bench = new();
        using ParameterStore store = new(bench.Context.Features, gradients: true);
        Parameter norm = store.Add("model.norm.weight", 1, 8, isVector: true);
        Assert.False(Muon.Suits(norm));
        string message = Assert.ThrowsAny<ArgumentException>(() => new Muon(store.All, new(), bench.Context)).Message;
        Assert.Contains("model.norm.weight is a vector of 8 elements", message, StringComparison.Ordinal);
    }

    // The change is what the optimizer made; the tensor's own f32 rounding, 2^-24 of the values, comes on top.
    private static void CompareChange(float[] start, float[] expected, Parameter parameter, string what)
    {
        float[] found = KernelBench.Values(parameter.Values);
        double change = Math.Sqrt(expected.Zip(start, (e, s) => Math.Pow((double)e - s, 2)).Sum());
        double off = Math.Sqrt(expected.Zip(found, (e, f) => Math.Pow((double)e - f, 2)).Sum());
        double rounding = 10 * Math.Pow(2, -24) * Math.Sqrt(expected.Sum(e => (double)e * e));
        Assert.True(off <= (Tolerance * change) + rounding, $"{what}: off by {off:E1} of a change of {change:E1}");
    }

    private static void Fill(ReadOnlySpan<float> values, Tensor rows)
    {
        for (int r = 0; r < rows.Rows; r++)
        {
            values.Slice(r * rows.Cols, rows.Cols).CopyTo(rows.Row(r));
        }
    }
}
