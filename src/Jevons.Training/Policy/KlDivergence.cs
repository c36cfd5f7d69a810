namespace Jevons.Training;

/// <summary>Estimates of a policy's divergence from its reference.</summary>
public static class KlDivergence
{
    /// <summary>The estimate of one token and its derivative by the policy's log p.</summary>
    /// <param name="estimator">Which estimate.</param>
    /// <param name="logProb">log p under the policy.</param>
    /// <param name="reference">log p under the reference.</param>
    /// <returns>Value in nats, derivative.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such estimate.</exception>
    public static (double Value, double Derivative) Of(KlEstimator estimator, double logProb, double reference)
    {
        double d = reference - logProb;
        return estimator switch
        {
            KlEstimator.K1 => (-d, 1),
            KlEstimator.K2 => (d * d / 2, -d),
            KlEstimator.K3 => (Math.Exp(d) - d - 1, 1 - Math.Exp(d)),
            _ => throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "expected k1, k2 or k3"),
        };
    }
}
