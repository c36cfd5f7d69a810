using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>
/// Adam with decoupled weight decay (arXiv 1711.05101, algorithm 2), in the order of operations of torch.optim.AdamW; see
/// <see cref="AdamWStep"/> for the formula. Moments in f32, the corrections of their bias in double.
/// </summary>
public sealed class AdamW : Optimizer
{
    private readonly AdamWOptions _options;
    private readonly ParameterState _first;
    private readonly ParameterState _second;

    /// <summary>Makes the optimizer with moments of zero.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="options">Settings.</param>
    /// <param name="context">Threads and instruction set.</param>
    public AdamW(IEnumerable<Parameter> parameters, AdamWOptions options, KernelContext context)
        : base(parameters, context)
    {
        options.Validate();
        _options = options;
        _first = new ParameterState(Parameters, "exp_avg");
        _second = new ParameterState(Parameters, "exp_avg_sq");
    }

    /// <inheritdoc/>
    public override IEnumerable<OptimizerTensor> State
    {
        get
        {
            for (int i = 0; i < Parameters.Count; i++)
            {
                yield return _first.Named(i);
                yield return _second.Named(i);
            }
        }
    }

    /// <inheritdoc/>
    protected override void Update(int index, double learningRate, float gradientScale)
    {
        Parameter parameter = Parameters[index];
        double decay = parameter.IsVector && !_options.DecayVectors ? 0 : _options.WeightDecay;
        AdamWFactors factors = AdamWFactors.Of(Steps, learningRate, decay, _options.Beta1, _options.Beta2, _options.Epsilon);
        AdamWStep.Run(parameter.Values, parameter.Gradient, gradientScale, _first.Values(index), _second.Values(index), factors, Context);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _first.Dispose();
        _second.Dispose();
    }
}
