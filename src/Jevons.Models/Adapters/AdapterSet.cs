using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// Adapters on their way into a model: while the model is built, each linear layer takes the updates that name it. Their
/// matrices are parameters, trained or not, under the names of the adapter's file. Used for one model.
/// </summary>
public sealed class AdapterSet : IDisposable
{
    private const string PeftPrefix = "base_model.model.";
    private readonly IReadOnlyList<(LoraAdapter Adapter, float Weight)> _adapters;
    private readonly LoraRecipe? _recipe;
    private readonly HashSet<(int Adapter, string Module)> _used = [];
    private readonly HashSet<string> _usedTargets = new(StringComparer.Ordinal);
    private ModelConfig? _config;
    private bool _baseHasGgufRows;

    /// <summary>Adapters that exist.</summary>
    /// <param name="adapters">Adapters and the weight of each.</param>
    /// <param name="features">Instruction set of their products.</param>
    /// <param name="gradients">Whether their matrices get memory for gradients.</param>
    public AdapterSet(IReadOnlyList<(LoraAdapter Adapter, float Weight)> adapters, CpuFeatures features, bool gradients)
    {
        _adapters = adapters;
        Parameters = new ParameterStore(features, gradients);
    }

    /// <summary>A new adapter, to be trained.</summary>
    /// <param name="recipe">How it is made.</param>
    /// <param name="features">Instruction set of its products.</param>
    public AdapterSet(LoraRecipe recipe, CpuFeatures features)
    {
        _adapters = [];
        _recipe = recipe;
        Parameters = new ParameterStore(features, gradients: true);
    }

    /// <summary>The matrices.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>Where a row of a matrix stands in the adapter's file: checkpoint order, whatever order the model's file has.</summary>
    /// <param name="parameter">One of <see cref="Parameters"/>.</param>
    /// <param name="row">Row of its values.</param>
    /// <returns>Row in the file.</returns>
    public int RowInFile(Parameter parameter, int row)
    {
        const string suffix = ".lora_B.weight";
        string name = parameter.Name;
        return _baseHasGgufRows && name.EndsWith(suffix, StringComparison.Ordinal) && _config is DenseConfig dense
            && HeadPermutation.Applies(dense, name[PeftPrefix.Length..^suffix.Length] + ".")
            ? (int)HeadPermutation.ToCheckpointRow(row, dense.HeadDim)
            : row;
    }

    /// <inheritdoc/>
    public void Dispose() => Parameters.Dispose();

    internal void Begin(ModelConfig config, bool baseHasGgufRows)
    {
        _config = config;
        _baseHasGgufRows = baseHasGgufRows;
    }

    internal IReadOnlyList<LowRankUpdate> UpdatesOf(string module, int rows, int cols)
    {
        List<LowRankUpdate> updates = [.. New(module, rows, cols)];
        for (int i = 0; i < _adapters.Count; i++)
        {
            (LoraAdapter adapter, float weight) = _adapters[i];
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
        if (_recipe?.Targets.FirstOrDefault(t => !_usedTargets.Contains(t)) is { } target)
        {
            throw new InvalidDataException($"lora.targets names {target}, and no linear layer of the model is called so");
        }

        for (int i = 0; i < _adapters.Count; i++)
        {
            LoraModule? left = _adapters[i].Adapter.Modules.FirstOrDefault(m => !_used.Contains((i, m.Name)));
            if (left is not null)
            {
                throw new InvalidDataException(
                    $"{_adapters[i].Adapter.Path}: it changes {left.Name}, which is no linear layer of the model that an adapter can change (attention and feed-forward projections are)");
            }
        }
    }

    private IEnumerable<LowRankUpdate> New(string module, int rows, int cols)
    {
        string last = module[(module.LastIndexOf('.') + 1)..];
        if (_recipe is null || !_recipe.Targets.Contains(last, StringComparer.Ordinal))
        {
            yield break;
        }

        // Every matrix has a seed of its own, so that the choice of targets does not change the others.
        ulong seed = _recipe.Seed;
        foreach (char c in module)
        {
            seed = (seed ^ c) * 0x100000001B3UL;
        }

        SeededRandom random = new(seed);
        float[] a = new float[_recipe.Rank * cols];
        float bound = 1 / MathF.Sqrt(cols);
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = ((2 * random.NextSingle()) - 1) * bound;
        }

        _usedTargets.Add(last);
        yield return new LowRankUpdate(
            Matrix(0, $"{PeftPrefix}{module}.lora_A.weight", a, _recipe.Rank, cols),
            Matrix(0, $"{PeftPrefix}{module}.lora_B.weight", new float[rows * _recipe.Rank], rows, _recipe.Rank),
            _recipe.Scale);
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
