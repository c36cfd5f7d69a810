using System.Text.Json;

namespace Jevons.Training.Tests;

public class LearningRateTests
{
    private static readonly string[] s_file = ["training-golden", "optim", "schedules.json"];

    public static TheoryData<string> Schedules() => Golden.Names("schedules", s_file);

    [Theory]
    [MemberData(nameof(Schedules))]
    public void EveryStep_EqualsTheReference(string name)
    {
        JsonElement golden = Golden.Case(Golden.Root(s_file), "schedules", name);
        LearningRate rate = Rate(golden.GetProperty("name").GetString()!, golden.GetProperty("settings"));
        rate.Validate();
        double[] expected = Golden.Numbers(golden, "factor");
        Golden.Close(expected, [.. expected.Select((_, t) => rate.At(t))], Tolerances.Double, "factor");
    }

    [Fact]
    public void Constant_RisesAndStays()
    {
        LearningRate rate = new() { Height = 2, Schedule = ScheduleType.Constant, WarmupSteps = 4, TotalSteps = 10 };
        Assert.Equal([0, 0.5, 1, 1.5, 2, 2, 2], Enumerable.Range(0, 7).Select(t => rate.At(t)));
    }

    [Fact]
    public void BadSettings_SayWhatIsWrong()
    {
        string Message(LearningRate rate) => Assert.ThrowsAny<ArgumentException>(rate.Validate).Message;
        Assert.Contains("max_steps is 0", Message(new()), StringComparison.Ordinal);
        Assert.Contains("warmup_steps is 5, expected 0 to max_steps", Message(new() { TotalSteps = 4, WarmupSteps = 5 }), StringComparison.Ordinal);
        Assert.Contains("decay_steps is 4", Message(new() { TotalSteps = 4, WarmupSteps = 2, DecaySteps = 4 }), StringComparison.Ordinal);
        Assert.Contains("learning_rate is 0", Message(new() { TotalSteps = 4, Height = 0 }), StringComparison.Ordinal);
    }

    private static LearningRate Rate(string name, JsonElement settings)
    {
        double Number(string key, double otherwise) => settings.TryGetProperty(key, out JsonElement v) ? v.GetDouble() : otherwise;
        RampShape Shape(string key, RampShape otherwise) => settings.TryGetProperty(key, out JsonElement v) ? v.Deserialize<RampShape>() : otherwise;
        long warmup = (long)Number("num_warmup_steps", 0);
        long decay = (long)Number("num_decay_steps", 0);
        return new LearningRate
        {
            Schedule = name switch
            {
                "linear" => ScheduleType.Linear,
                "cosine" or "cosine_with_min_lr" => ScheduleType.Cosine,
                "wsd" => ScheduleType.WarmupStableDecay,
                _ => throw new InvalidDataException($"unknown schedule {name}"),
            },
            TotalSteps = (long)Number("num_training_steps", warmup + decay + Number("num_stable_steps", 0)),
            WarmupSteps = warmup,
            DecaySteps = decay,

            // The height is 1, so the smallest rate is its share.
            MinRatio = Number("min_lr_rate", Number("min_lr", Number("min_lr_ratio", 0))),
            Cycles = Number("num_cycles", 0.5),
            Warmup = Shape("warmup_type", RampShape.Linear),
            Decay = Shape("decay_type", RampShape.Cosine),
        };
    }
}
