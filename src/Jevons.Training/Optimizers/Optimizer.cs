using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// Changes parameters by their gradients. Its state is f32 tensors under names and a count of steps: an optimizer whose state
/// and count are set to another's goes on with the same bits. Not thread-safe.
/// </summary>
/// <param name="parameters">The parameters that it owns the update of; those without a gradient are left out.</param>
/// <param name="context">Threads, scratch, instruction set.</param>
public abstract class Optimizer(IEnumerable<Parameter> parameters, KernelContext context) : IDisposable
{
    /// <summary>The trained parameters, in the order given.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = [.. parameters.Where(p => p.IsTrained)];

    /// <summary>Steps taken.</summary>
    public long Steps { get; set; }

    /// <summary>The state's tensors, in the parameters' order.</summary>
    public abstract IEnumerable<OptimizerTensor> State { get; }

    /// <summary>Threads, scratch, instruction set.</summary>
    protected KernelContext Context { get; } = context;

    /// <summary>Changes every parameter once.</summary>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="gradientScale">
    /// Factor of all gradients, such as <see cref="GradientClip.Factor"/>; the gradients themselves are not changed.
    /// </param>
    public void Step(double learningRate, float gradientScale)
    {
        Steps++;
        for (int i = 0; i < Parameters.Count; i++)
        {
            Update(i, learningRate, gradientScale);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Changes one parameter; <see cref="Steps"/> already counts the step.</summary>
    /// <param name="index">Which of <see cref="Parameters"/>.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="gradientScale">Factor of the gradient.</param>
    protected abstract void Update(int index, double learningRate, float gradientScale);

    /// <summary>Frees the state.</summary>
    /// <param name="disposing">True when called by <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
