using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Adapters on their way into a model: while the model is built, each linear layer takes the updates that name it. Their
/// matrices are parameters, trained or not, under the names of the adapter's file. Used for one model.
/// </summary>
/// <param name="adapters">Adapters and the weight of each.</param>
/// <param name="features">Instruction set of their products.</param>
/// <param name="gradients">Whether their matrices get memory for gradients.</param>
public sealed class AdapterSet(IReadOnlyList<(LoraAdapter Adapter, float Weight)> adapters, CpuFeatures features, bool gradients) : IDisposable
{
    private readonly HashSet<(int Adapter, string Module)> _used = [];
    private ModelConfig? _config;
    private bool _baseHasGgufRows;

    /// <summary>The matrices.</summary>
    public ParameterStore Parameters { get; } = new(features, gradients);

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();

    internal void Begin(ModelConfig config, bool baseHasGgufRows)
    {
        _config = config;
        _baseHasGgufRows = baseHasGgufRows;
    }

    internal IReadOnlyList<LowRankUpdate> UpdatesOf(string module, int rows, int cols)
    {
        List<LowRankUpdate> updates = [];
        for (int i = 0; i < adapters.Count; i++)
        {
            (LoraAdapter adapter, float weight) = adapters[i];
            foreach (LoraModule pair in adapter.Modules.Where(m => m.Name == module))
            {
                if (pair.In != cols || pair.Out != rows)
                {
                    throw new InvalidDataException(
                        $"{adapter.Path}: {module} maps {pair.In} to {pair.Out} elements, the model's layer maps {cols} to {rows}; the adapter is for another model");
                }

                _used.Add((i, module));
                updates.Add(new LowRankUpdate(
                    Matrix(i, pair.NameA, pair.A, pair.Rank, pair.In), Matrix(i, pair.NameB, InBaseOrder(adapter, pair), pair.Out, pair.Rank), pair.Scale * weight));
            }
        }

        return updates;
    }

    /// <summary>Refuses adapters that change what the model does not have.</summary>
    internal void RequireAllUsed()
    {
        for (int i = 0; i < adapters.Count; i++)
        {
            LoraModule? left = adapters[i].Adapter.Modules.FirstOrDefault(m => !_used.Contains((i, m.Name)));
            if (left is not null)
            {
                throw new InvalidDataException(
                    $"{adapters[i].Adapter.Path}: it changes {left.Name}, which is no linear layer of the model that an adapter can change (attention and feed-forward projections are)");
            }
        }
    }

    private WeightMatrix Matrix(int adapter, string name, float[] values, int rows, int cols)
    {
        // The same adapter may be given twice, or two with equal names.
        string unique = Parameters.Find(name) is null ? name : $"{name}#{adapter}";
        Parameter parameter = Parameters.Add(unique, rows, cols, isVector: false);
        for (int r = 0; r < rows; r++)
        {
            values.AsSpan(r * cols, cols).CopyTo(parameter.Values.Row(r));
        }

        return parameter.Matrix;
    }

    private float[] InBaseOrder(LoraAdapter adapter, LoraModule module)
    {
        if (adapter.HasGgufRows == _baseHasGgufRows || _config is not DenseConfig dense || !HeadPermutation.Applies(dense, module.Name + "."))
        {
            return module.B;
        }

        float[] rows = new float[module.B.Length];
        for (int r = 0; r < module.Out; r++)
        {
            long from = _baseHasGgufRows ? HeadPermutation.ToCheckpointRow(r, dense.HeadDim) : HeadPermutation.ToGgufRow(r, dense.HeadDim);
            module.B.AsSpan((int)from * module.Rank, module.Rank).CopyTo(rows.AsSpan(r * module.Rank));
        }

        return rows;
    }
}
