using Jevons.Kernels;
using Jevons.Models;

namespace Jevons.Training;

/// <summary>What a configuration's optimizers and learning rates are: AdamW for all parameters, or Muon for the matrices that suit it.</summary>
internal sealed class Optimizers : IDisposable
{
    private readonly (Optimizer Optimizer, double Peak)[] _all;
    private readonly LearningRate _rate;

    private Optimizers((Optimizer Optimizer, double Peak)[] all, LearningRate rate)
    {
        _all = all;
        _rate = rate;
    }

    /// <summary>The optimizers, for their state.</summary>
    public IEnumerable<Optimizer> All => _all.Select(o => o.Optimizer);

    /// <summary>Bytes of all states.</summary>
    public long StateBytes => All.SelectMany(o => o.State).Sum(s => sizeof(float) * s.Parameter.Length);

    /// <summary>Makes what a configuration asks for.</summary>
    public static Optimizers Create(TrainingConfig config, ParameterStore parameters, int steps, KernelContext context)
    {
        AdamWOptions adamw = new()
        {
            Beta1 = config.Number("optimizer.beta1"),
            Beta2 = config.Number("optimizer.beta2"),
            Epsilon = config.Number("optimizer.eps"),
            WeightDecay = config.Number("optimizer.weight_decay"),
        };
        bool isMuon = config.Text("optimizer.name") == "muon";
        List<(Optimizer, double)> all = [(new AdamW(parameters.All.Where(p => !isMuon || !Muon.Suits(p)), adamw, context), config.Number("optimizer.lr"))];
        if (isMuon)
        {
            MuonOptions muon = new() { Momentum = config.Number("optimizer.momentum"), WeightDecay = config.Number("optimizer.weight_decay") };
            all.Add((new Muon(parameters.All.Where(Muon.Suits), muon, context), config.Number("optimizer.muon_lr")));
        }

        // A warm-up longer than half of a short run would leave nothing of it.
        int warmup = Math.Min(config.Integer("schedule.warmup"), steps / 2);
        LearningRate rate = new()
        {
            Schedule = config.Text("schedule.name") switch
            {
                "constant" => ScheduleType.Constant,
                "linear" => ScheduleType.Linear,
                "wsd" => ScheduleType.WarmupStableDecay,
                _ => ScheduleType.Cosine,
            },
            TotalSteps = steps,
            WarmupSteps = warmup,
            DecaySteps = Math.Min(steps - warmup, (long)(steps * config.Number("schedule.decay"))),
            MinRatio = config.Number("schedule.floor"),
            Decay = RampShape.Linear,
        };
        rate.Validate();
        return new Optimizers([.. all], rate);
    }

    /// <summary>Changes every parameter.</summary>
    /// <param name="step">Steps taken before.</param>
    /// <param name="gradientScale">Factor of the gradients.</param>
    /// <returns>AdamW's learning rate.</returns>
    public double Step(int step, float gradientScale)
    {
        // The first step of a warm-up has a rate above 0: a step that changes nothing is none.
        double factor = _rate.Factor(step < _rate.WarmupSteps ? step + 1 : step);
        foreach ((Optimizer optimizer, double peak) in _all)
        {
            optimizer.Step(peak * factor, gradientScale);
        }

        return _all[0].Peak * factor;
    }

    public void Dispose()
    {
        foreach (Optimizer optimizer in All)
        {
            optimizer.Dispose();
        }
    }
}
