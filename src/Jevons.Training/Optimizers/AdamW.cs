using Jevons.Formats;
using Jevons.Kernels;
using Jevons.Models;
using Jevons.Numerics;

namespace Jevons.Training;

/// <summary>AdamW (arXiv 1711.05101): decoupled weight decay, on matrices only.</summary>
public sealed class AdamW : ParameterOptimizer
{
    private readonly KernelContext _context;
    private readonly AdamWOptions _options;
    private readonly List<(Parameter Parameter, AlignedMemory Mean, AlignedMemory Square)> _states = [];

    /// <summary>Makes the state of every trained parameter.</summary>
    /// <param name="parameters">The parameters; those that are not trained are left alone.</param>
    /// <param name="options">Rates.</param>
    /// <param name="context">Threads and instruction set.</param>
    public AdamW(IEnumerable<Parameter> parameters, AdamWOptions options, KernelContext context)
    {
        _options = options;
        _context = context;
        foreach (Parameter parameter in parameters.Where(p => p.IsTrained))
        {
            long bytes = sizeof(float) * parameter.Length;
            _states.Add((parameter, new AlignedMemory(bytes), new AlignedMemory(bytes)));
        }
    }

    /// <inheritdoc/>
    public override long StateBytes => _states.Sum(s => s.Mean.Length + s.Square.Length);

    /// <inheritdoc/>
    public override void Step(int step, double schedule, double gradientScale)
    {
        foreach ((Parameter parameter, AlignedMemory mean, AlignedMemory square) in _states)
        {
            AdamWStep.Run(
                parameter.Values,
                parameter.Gradient,
                View(parameter, mean),
                View(parameter, square),
                step,
                _options.LearningRate * schedule,
                _options.Beta1,
                _options.Beta2,
                _options.Eps,
                parameter.IsVector ? 0 : _options.WeightDecay,
                gradientScale,
                _context);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<TensorSource> State() => _states.SelectMany(s => (TensorSource[])
        [
            ParameterFile.Rows(MeanName(s.Parameter), s.Parameter.Shape, View(s.Parameter, s.Mean)),
            ParameterFile.Rows(SquareName(s.Parameter), s.Parameter.Shape, View(s.Parameter, s.Square)),
        ]);

    /// <inheritdoc/>
    public override void Restore(Checkpoint file)
    {
        foreach ((Parameter parameter, AlignedMemory mean, AlignedMemory square) in _states)
        {
            ParameterFile.Copy(file, MeanName(parameter), parameter.Shape, View(parameter, mean));
            ParameterFile.Copy(file, SquareName(parameter), parameter.Shape, View(parameter, square));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach ((_, AlignedMemory mean, AlignedMemory square) in _states)
        {
            mean.Dispose();
            square.Dispose();
        }
    }

    private static string MeanName(Parameter parameter) => $"adamw.mean.{parameter.Name}";

    private static string SquareName(Parameter parameter) => $"adamw.square.{parameter.Name}";

    private static Tensor View(Parameter parameter, AlignedMemory memory) => TensorView.Of(memory, parameter.Values.Rows, parameter.Values.Cols);
}
