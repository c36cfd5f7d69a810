using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// Momentum whose matrix steps are made orthogonal (K. Jordan, 2024), in the order of operations of torch.optim.Muon: with the
/// momentum mu and gradient g, buf = mu buf + (1 - mu) g, u = mu buf + (1 - mu) g (nesterov; else buf), p *= 1 - lr decay,
/// p -= lr factor(rows, cols) <see cref="NewtonSchulz"/>(u). For matrices inside of the layers; embeddings, the vocabulary's
/// projection, norms and biases go to <see cref="AdamW"/>, see <see cref="Suits"/>.
/// </summary>
public sealed class Muon : Optimizer
{
    private readonly MuonOptions _options;
    private readonly ParameterState _momentum;
    private readonly TensorBuffer _step = new();
    private readonly NewtonSchulz _orthogonal;

    /// <summary>Makes the optimizer with a momentum of zero.</summary>
    /// <param name="parameters">Matrices.</param>
    /// <param name="options">Settings.</param>
    /// <param name="context">Threads, scratch, instruction set.</param>
    /// <exception cref="ArgumentException">One of the parameters is no matrix.</exception>
    public Muon(IEnumerable<Parameter> parameters, MuonOptions options, KernelContext context)
        : base(parameters, context)
    {
        options.Validate();
        _options = options;
        if (Parameters.FirstOrDefault(p => p.IsVector) is { } vector)
        {
            throw new ArgumentException($"{vector.Name} is a vector of {vector.Length} elements, expected matrices; give norms and biases to AdamW", nameof(parameters));
        }

        _momentum = new ParameterState(Parameters, "momentum_buffer");
        _orthogonal = new NewtonSchulz(context);
    }

    /// <inheritdoc/>
    public override IEnumerable<OptimizerTensor> State => Parameters.Select((_, i) => _momentum.Named(i));

    /// <summary>Whether a parameter is a matrix inside of a layer.</summary>
    /// <param name="parameter">A parameter.</param>
    /// <returns>False for vectors, embeddings and the vocabulary's projection.</returns>
    public static bool Suits(Parameter parameter) =>
        !parameter.IsVector
        && !parameter.Name.EndsWith("embed_tokens.weight", StringComparison.Ordinal)
        && !parameter.Name.EndsWith("lm_head.weight", StringComparison.Ordinal);

    /// <inheritdoc/>
    protected override void Update(int index, double learningRate, float gradientScale)
    {
        Parameter parameter = Parameters[index];
        Tensor momentum = _momentum.Values(index);
        Tensor step = _step.Resize(parameter.Values.Rows, parameter.Values.Cols);
        float keep = (float)_options.Momentum;
        float add = (float)((1 - _options.Momentum) * gradientScale);
        Blend.Run(parameter.Gradient, add, momentum, keep, Context);
        if (_options.Nesterov)
        {
            Blend.Run(parameter.Gradient, add, step, 0, Context);
            Blend.Run(momentum, keep, step, 1, Context);
        }
        else
        {
            Blend.Run(momentum, 1, step, 0, Context);
        }

        _orthogonal.Run(step, _options.NewtonSchulzSteps);
        double rate = learningRate * Factor(parameter.Values.Rows, parameter.Values.Cols);
        Blend.Run(step, (float)-rate, parameter.Values, (float)(1 - (learningRate * _options.WeightDecay)), Context);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _momentum.Dispose();
        _step.Dispose();
        _orthogonal.Dispose();
    }

    private double Factor(int rows, int cols) => _options.Rate == MuonRate.Original
        ? Math.Sqrt(Math.Max(1, (double)rows / cols))
        : 0.2 * Math.Sqrt(Math.Max(rows, cols));
}
