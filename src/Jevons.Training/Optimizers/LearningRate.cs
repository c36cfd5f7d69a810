using System.Text.Json.Serialization;

namespace Jevons.Training;

/// <summary>
/// The learning rate as a function of the step, step for step as transformers' schedules: a rise over the warm-up, then
/// <see cref="Schedule"/>. Steps count from 0.
/// </summary>
public sealed record LearningRate
{
    /// <summary>The rate at its height.</summary>
    [JsonPropertyName("learning_rate")]
    public double Height { get; init; } = 1;

    /// <summary>What comes after the warm-up.</summary>
    [JsonPropertyName("lr_scheduler_type")]
    public ScheduleType Schedule { get; init; } = ScheduleType.Cosine;

    /// <summary>Steps of the whole training.</summary>
    [JsonPropertyName("max_steps")]
    public long TotalSteps { get; init; }

    /// <summary>Steps of the rise.</summary>
    [JsonPropertyName("warmup_steps")]
    public long WarmupSteps { get; init; }

    /// <summary>warmup_stable_decay: steps of the fall at the end.</summary>
    [JsonPropertyName("decay_steps")]
    public long DecaySteps { get; init; }

    /// <summary>Share of the height that the rate does not fall below; the rise of warmup_stable_decay starts there.</summary>
    [JsonPropertyName("min_lr_ratio")]
    public double MinRatio { get; init; }

    /// <summary>Waves of a cosine; one half goes down once.</summary>
    [JsonPropertyName("num_cycles")]
    public double Cycles { get; init; } = 0.5;

    /// <summary>warmup_stable_decay: shape of the rise.</summary>
    [JsonPropertyName("warmup_type")]
    public RampShape Warmup { get; init; } = RampShape.Linear;

    /// <summary>warmup_stable_decay: shape of the fall.</summary>
    [JsonPropertyName("decay_type")]
    public RampShape Decay { get; init; } = RampShape.Cosine;

    /// <summary>The rate of a step.</summary>
    /// <param name="step">Steps taken before it.</param>
    /// <returns>The rate.</returns>
    public double At(long step) => Height * Factor(step);

    /// <summary>The share of the height at a step.</summary>
    /// <param name="step">Steps taken before it.</param>
    /// <returns>0 to 1.</returns>
    public double Factor(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (Schedule == ScheduleType.WarmupStableDecay)
        {
            return StableDecay(step);
        }

        if (step < WarmupSteps)
        {
            return (double)step / WarmupSteps;
        }

        double progress = (double)(step - WarmupSteps) / Math.Max(1, TotalSteps - WarmupSteps);
        return Schedule switch
        {
            ScheduleType.Constant => 1,
            ScheduleType.Linear => Math.Max(0, (double)(TotalSteps - step) / Math.Max(1, TotalSteps - WarmupSteps)),
            _ => AboveMinimum(Wave(progress)),
        };
    }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range.</exception>
    public void Validate()
    {
        Require(Height > 0, "learning_rate", Height, "above 0");
        Require(TotalSteps >= 1, "max_steps", TotalSteps, "1 or more");
        Require(WarmupSteps >= 0 && WarmupSteps <= TotalSteps, "warmup_steps", WarmupSteps, "0 to max_steps");
        Require(DecaySteps >= 0 && DecaySteps <= TotalSteps - WarmupSteps, "decay_steps", DecaySteps, "0 to max_steps - warmup_steps");
        Require(MinRatio is >= 0 and <= 1, "min_lr_ratio", MinRatio, "0 to 1");
        Require(Cycles > 0, "num_cycles", Cycles, "above 0");
    }

    private double StableDecay(long step)
    {
        if (step < WarmupSteps)
        {
            return AboveMinimum(Rise((double)step / WarmupSteps));
        }

        long fall = TotalSteps - DecaySteps;
        return step < fall ? 1
            : step < TotalSteps ? AboveMinimum(Fall((double)(step - fall) / DecaySteps))
            : MinRatio;
    }

    private double Rise(double progress) => Warmup switch
    {
        RampShape.Linear => progress,
        RampShape.Cosine => 0.5 * (1 - Math.Cos(Math.PI * progress)),
        _ => 1 - Math.Sqrt(1 - progress),
    };

    private double Fall(double progress) => Decay switch
    {
        RampShape.Linear => 1 - progress,
        RampShape.Cosine => Wave(progress),
        _ => 1 - Math.Sqrt(progress),
    };

    private double Wave(double progress) => Math.Max(0, 0.5 * (1 + Math.Cos(2 * Math.PI * Cycles * progress)));

    private double AboveMinimum(double factor) => (factor * (1 - MinRatio)) + MinRatio;

    private static void Require(bool holds, string name, double found, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name} is {found}, expected {expected}"));
        }
    }
}
