using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// One tensor of an optimizer's state: as many elements as its parameter, in the same places, so that a range of the
/// parameter's elements is the same range of the state's.
/// </summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Kind">What it holds, as torch calls it: exp_avg, exp_avg_sq, momentum_buffer.</param>
/// <param name="Values">The values [rows, cols] of the parameter's shape, in place: reading and writing is saving and loading.</param>
public sealed record OptimizerTensor(Parameter Parameter, string Kind, Tensor Values)
{
    /// <summary>Name in a file: the parameter's name, a dot, the kind.</summary>
    public string Name => $"{Parameter.Name}.{Kind}";
}
