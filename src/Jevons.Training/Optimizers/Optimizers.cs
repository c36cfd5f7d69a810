using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>What a configuration's optimizer and schedule are.</summary>
internal static class Optimizers
{
    /// <summary>The optimizer of a configuration.</summary>
    public static ParameterOptimizer Create(TrainingConfig config, ParameterStore parameters, KernelContext context) => new AdamW(
        parameters.All,
        new AdamWOptions(
            config.Number("optimizer.lr"),
            config.Number("optimizer.beta1"),
            config.Number("optimizer.beta2"),
            config.Number("optimizer.eps"),
            config.Number("optimizer.weight_decay")),
        context);

    /// <summary>Its schedule.</summary>
    public static LearningRateSchedule Schedule(TrainingConfig config, int steps) => new(
        config.Text("schedule.name"), steps, Math.Min(config.Integer("schedule.warmup"), steps / 2), config.Number("schedule.floor"), config.Number("schedule.decay"));
}
