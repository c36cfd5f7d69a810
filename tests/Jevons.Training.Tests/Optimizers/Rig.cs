using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Training.Tests;

/// <summary>One matrix w as a parameter, with random values and gradients below 1, for tests of optimizers.</summary>
internal sealed class Rig : IDisposable
{
    public Rig(int rows, int cols, int workers = 2, CpuFeatures? features = null)
    {
        Bench = new KernelBench(workers, features);
        Store = new ParameterStore(Bench.Context.Features, gradients: true);
        Parameter = Store.Add("w", rows, cols, isVector: false);
        Fill(Parameter.Values, new SeededRandom(1));
        Fill(Parameter.Gradient, new SeededRandom(2));
    }

    public KernelBench Bench { get; }

    public ParameterStore Store { get; }

    public Parameter Parameter { get; }

    public void Fill(Tensor rows, SeededRandom random)
    {
        for (int r = 0; r < rows.Rows; r++)
        {
            foreach (ref float value in rows.Row(r))
            {
                value = (2 * random.NextSingle()) - 1;
            }
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        Bench.Dispose();
    }
}
