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

    /// <summary>The values of an adapter, F32, rows in checkpoint order.</summary>
    /// <param name="adapters">The adapter.</param>
    /// <returns>One tensor each; they are read when the file is written.</returns>
    public static IEnumerable<TensorSource> Adapter(AdapterSet adapters) => adapters.Parameters.All.Select(p =>
    {
        int[] rows = RowsByFile(p, adapters);
        return new TensorSource(p.Name, TensorType.F32, p.Shape, stream =>
        {
            foreach (int row in rows)
            {
                stream.Write(MemoryMarshal.AsBytes(p.Values.Row(row)));
            }
        });
    });

    /// <summary>Takes values from a file that has them under the same names.</summary>
    /// <param name="file">The file.</param>
    /// <param name="parameters">Takes the values.</param>
    /// <param name="adapters">The adapter whose parameters they are, or null for a model's.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or of another type or shape.</exception>
    public static void Restore(Checkpoint file, ParameterStore parameters, AdapterSet? adapters)
    {
        foreach (Parameter parameter in parameters.All)
        {
            Copy(file, parameter.Name, parameter.Shape, parameter.Values, adapters is null ? null : RowsByFile(parameter, adapters));
        }
    }

    /// <summary>Copies one F32 tensor of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Shape that it must have.</param>
    /// <param name="to">Rows to write.</param>
    /// <param name="rows">Which row of <paramref name="to"/> each of the file's rows is; null for the same order.</param>
    /// <exception cref="InvalidDataException">The tensor is missing or of another type or shape.</exception>
    internal static void Copy(Checkpoint file, string name, long[] shape, Tensor to, int[]? rows = null)
    {
        TensorInfo tensor = file[name];
        if (tensor.Type != TensorType.F32 || !tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new InvalidDataException(
                $"{file.Path}: {name} is {tensor.TypeName} [{string.Join(", ", tensor.Shape)}], expected F32 [{string.Join(", ", shape)}]; the checkpoint is of another run");
        }

        for (int r = 0; r < to.Rows; r++)
        {
            tensor.Data.AsSpan<float>(sizeof(float) * (long)r * to.Cols, to.Cols).CopyTo(to.Row(rows?[r] ?? r));
        }
    }

    // rows[i] = the row of the values that stands at row i of the file.
    private static int[] RowsByFile(Parameter parameter, AdapterSet adapters)
    {
        int[] rows = new int[parameter.Values.Rows];
        for (int r = 0; r < rows.Length; r++)
        {
            rows[adapters.RowInFile(parameter, r)] = r;
        }

        return rows;
    }

    /// <summary>Rows as an F32 tensor, read when the file is written.</summary>
    internal static TensorSource Rows(string name, long[] shape, Tensor rows) => new(name, TensorType.F32, shape, stream =>
    {
        for (int r = 0; r < rows.Rows; r++)
        {
            stream.Write(MemoryMarshal.AsBytes(rows.Row(r)));
        }
    });

    private static TensorSource Source(Parameter parameter, Tensor rows) => Rows(parameter.Name, parameter.Shape, rows);
}
