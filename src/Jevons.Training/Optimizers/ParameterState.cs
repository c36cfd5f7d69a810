using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Training;

/// <summary>f32 tensors of one kind beside parameters, zero at the start. Owns their memory.</summary>
/// <param name="parameters">The parameters.</param>
/// <param name="kind">What the tensors hold.</param>
internal sealed class ParameterState(IReadOnlyList<Parameter> parameters, string kind) : IDisposable
{
    private readonly AlignedMemory[] _memory = [.. parameters.Select(Zeros)];

    /// <summary>The tensor of a parameter.</summary>
    /// <param name="index">Which of the parameters.</param>
    /// <returns>[rows, cols].</returns>
    public Tensor Values(int index) =>
        TensorView.Of(_memory[index], parameters[index].Values.Rows, parameters[index].Values.Cols);

    /// <summary>The tensor of a parameter under its name.</summary>
    /// <param name="index">Which of the parameters.</param>
    /// <returns>Name and values.</returns>
    public OptimizerTensor Named(int index) => new(parameters[index], kind, Values(index));

    public void Dispose()
    {
        foreach (AlignedMemory memory in _memory)
        {
            memory.Dispose();
        }
    }

    private static AlignedMemory Zeros(Parameter parameter)
    {
        AlignedMemory memory = new(sizeof(float) * parameter.Length);
        TensorView.Of(memory, parameter.Values.Rows, parameter.Values.Cols).Clear();
        return memory;
    }
}
