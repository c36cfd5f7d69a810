using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Models;

/// <summary>
/// The parameters of a model that is being trained, in the order in which the model names them, each under its checkpoint name.
/// It owns their memory. What the model holds (matrices, vectors, the latent's projections) leads back to its parameter.
/// </summary>
public sealed class ParameterStore : IDisposable
{
    // Added for the choice of experts only: kept by the balance rule, not by a gradient.
    private const string BalanceBias = ".e_score_correction_bias";

    private readonly CpuFeatures _features;
    private readonly bool _gradients;
    private readonly List<Parameter> _all = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<object, Parameter> _byUse = new(ReferenceEqualityComparer.Instance);

    internal ParameterStore(CpuFeatures features, bool gradients)
    {
        _features = features;
        _gradients = gradients;
    }

    /// <summary>All parameters, in the model's order.</summary>
    public IReadOnlyList<Parameter> All => _all;

    /// <summary>Elements of all parameters together.</summary>
    public long Length { get; private set; }

    /// <summary>The parameter of that name, or null.</summary>
    /// <param name="name">Checkpoint name.</param>
    /// <returns>The parameter or null.</returns>
    public Parameter? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The parameter that a matrix reads, or null when it reads none.</summary>
    /// <param name="matrix">A matrix of the model.</param>
    /// <returns>The parameter or null.</returns>
    public Parameter? Find(WeightMatrix matrix) => _byUse.GetValueOrDefault(matrix);

    /// <summary>The parameter that a vector reads, or null when it reads none.</summary>
    /// <param name="vector">A vector of the model.</param>
    /// <returns>The parameter or null.</returns>
    public Parameter? Find(WeightVector vector) => _byUse.GetValueOrDefault(vector);

    /// <summary>The parameter kv_b that the latent's projections are cut from, or null.</summary>
    /// <param name="weights">The projections of a layer.</param>
    /// <returns>The parameter [H * (nope + v), rank] or null.</returns>
    public Parameter? Find(MlaWeights weights) => _byUse.GetValueOrDefault(weights);

    /// <summary>Sets every gradient to zero.</summary>
    public void ClearGradients()
    {
        foreach (Parameter parameter in _all)
        {
            parameter.Gradient.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Parameter parameter in _all)
        {
            parameter.Dispose();
        }
    }

    internal Parameter Add(string name, int rows, int cols, bool isVector)
    {
        Parameter parameter = new(name, rows, cols, isVector, Length, _gradients && !name.EndsWith(BalanceBias, StringComparison.Ordinal), _features);
        _all.Add(parameter);
        _byName.Add(name, parameter);
        _byUse.Add(parameter.Matrix, parameter);
        Length += parameter.Length;
        return parameter;
    }

    internal WeightVector Vector(Parameter parameter)
    {
        WeightVector vector = new(parameter.Memory, parameter.Values.Cols);
        _byUse.Add(vector, parameter);
        return vector;
    }

    internal MlaWeights Latent(Parameter parameter, in LatentAttentionShape shape)
    {
        MlaWeights weights = MlaWeights.FromKvB(shape, parameter.Matrix);
        _byUse.Add(weights, parameter);
        return weights;
    }
}
