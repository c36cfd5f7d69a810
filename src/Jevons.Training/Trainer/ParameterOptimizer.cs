using Jevons.Formats;

namespace Jevons.Training;

/// <summary>The rule by which gradients change parameters, and its state, addressed by parameter name.</summary>
public abstract class ParameterOptimizer : IDisposable
{
    /// <summary>Bytes of the state.</summary>
    public abstract long StateBytes { get; }

    /// <summary>Changes every trained parameter by its gradient.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="schedule">Share of the peak learning rate.</param>
    /// <param name="gradientScale">Factor of the gradients: 1, or less where their norm is clipped.</param>
    public abstract void Step(int step, double schedule, double gradientScale);

    /// <summary>The state as tensors, F32, named after the parameters.</summary>
    /// <returns>The tensors; they are read when the file is written.</returns>
    public abstract IEnumerable<TensorSource> State();

    /// <summary>Takes the state from a file.</summary>
    /// <param name="file">A file of <see cref="State"/>'s tensors.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or of another shape.</exception>
    public abstract void Restore(Checkpoint file);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the state.</summary>
    /// <param name="disposing">False only from a finalizer, of which there is none.</param>
    protected abstract void Dispose(bool disposing);
}
