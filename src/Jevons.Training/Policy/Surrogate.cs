namespace Jevons.Training;

/// <summary>The policy term of one token for each family of losses, with its derivatives; w is the ratio, A the advantage.</summary>
internal static class Surrogate
{
    /// <summary>
    /// -min(min(w, delta) A, clip(w, 1 - low, 1 + high) A). The branches have the derivative of torch's min and clamp: halved
    /// where both are equal, which inside of the clip range adds up to the whole.
    /// </summary>
    public static PolicyTerm Clipped(double w, double advantage, PolicyOptions options)
    {
        double low = 1 - options.EpsilonLow;
        double high = 1 + options.EpsilonHigh;
        double cap = options.Delta ?? double.PositiveInfinity;
        double capped = Math.Min(w, cap);
        double free = capped * advantage;
        double clipped = Math.Clamp(w, low, high) * advantage;
        double byFree = w <= cap ? advantage : 0;
        double byClipped = w >= low && w <= high ? advantage : 0;
        double derivative = free < clipped ? byFree : free > clipped ? byClipped : (byFree + byClipped) / 2;
        return new PolicyTerm(-Math.Min(free, clipped), -derivative * w, 0, capped < low && advantage < 0, capped > high && advantage > 0);
    }

    /// <summary>-min(w, cap) A log p, the weight without gradient.</summary>
    public static PolicyTerm Capped(double w, double advantage, double logProb, PolicyOptions options)
    {
        double weight = Math.Min(w, options.EpsilonHigh) * advantage;
        return new PolicyTerm(-weight * logProb, 0, -weight, false, w > options.EpsilonHigh && advantage > 0);
    }

    /// <summary>-A 4 / tau sigmoid(tau (w - 1)): slope A at w = 1, vanishing far from it.</summary>
    public static PolicyTerm Gated(double w, double advantage, PolicyOptions options)
    {
        double tau = advantage > 0 ? options.SapoTemperaturePos : options.SapoTemperatureNeg;
        double gate = 1 / (1 + Math.Exp(-tau * (w - 1)));
        return new PolicyTerm(-advantage * 4 / tau * gate, -advantage * 4 * gate * (1 - gate) * w, 0, false, false);
    }

    /// <summary>-phi A log p, phi without gradient.</summary>
    public static PolicyTerm Weighted(double phi, double advantage, double logProb) =>
        new(-phi * advantage * logProb, 0, -phi * advantage, false, false);

    /// <summary>-w A, where w is the geometric mean of ratios that were clipped one by one.</summary>
    public static PolicyTerm Geometric(double w, double logRatio, double advantage, PolicyOptions options) => new(
        -w * advantage, -w * advantage, 0, logRatio < -options.EpsilonLow && advantage < 0, logRatio > options.EpsilonHigh && advantage > 0);

    /// <summary>phi = exp(lambda + k ln w - lambda w) for a sequence with the given logarithm of its ratio.</summary>
    public static double Phi(double logRatio, double advantage, PolicyOptions options)
    {
        double log = Math.Clamp(logRatio, Math.Log(1e-8), 20);
        (double k, double lambda) = advantage >= 0
            ? (options.VespoKPos, options.VespoLambdaPos)
            : (options.VespoKNeg, options.VespoLambdaNeg);
        return Math.Exp(lambda + (k * log) - (lambda * Math.Exp(log)));
    }
}
