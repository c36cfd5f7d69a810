using System.Runtime.InteropServices;
using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Training;

/// <summary>Parameters, or what belongs to them, as tensors of a safetensors file under their checkpoint names.</summary>
public static class ParameterFile
{
    /// <summary>The gradients of the trained parameters, F32.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <returns>One tensor each; they are read when the file is written.</returns>
    public static IEnumerable<TensorSource> Gradients(IEnumerable<Parameter> parameters) =>
        parameters.Where(p => p.IsTrained).Select(p => Source(p, p.Gradient));

    /// <summary>The values of all parameters, F32.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <returns>One tensor each; they are read when the file is written.</returns>
    public static IEnumerable<TensorSource> Values(IEnumerable<Parameter> parameters) => parameters.Select(p => Source(p, p.Values));

    private static TensorSource Source(Parameter parameter, Tensor rows) => new(parameter.Name, TensorType.F32, parameter.Shape, stream =>
    {
        for (int r = 0; r < rows.Rows; r++)
        {
            stream.Write(MemoryMarshal.AsBytes(rows.Row(r)));
        }
    });
}
