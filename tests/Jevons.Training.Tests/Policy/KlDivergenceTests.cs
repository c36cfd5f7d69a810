using System.Text.Json;

namespace Jevons.Training.Tests;

public class KlDivergenceTests
{
    [Theory]
    [InlineData("k1", KlEstimator.K1)]
    [InlineData("k2", KlEstimator.K2)]
    [InlineData("k3", KlEstimator.K3)]
    public void ValueAndDerivative_EqualTheReference(string name, KlEstimator estimator)
    {
        JsonElement root = Golden.Root("training-golden", "grpo", "kl.json");
        JsonElement golden = root.GetProperty("estimators").GetProperty(name);
        double[] reference = Golden.Numbers(root, "ref_logps");
        (double Value, double Derivative)[] found = [.. Golden.Numbers(root, "logps").Select((p, i) => KlDivergence.Of(estimator, p, reference[i]))];
        Golden.Close(Golden.Numbers(golden, "value"), [.. found.Select(f => f.Value)], Tolerances.Double, "value");
        Golden.Close(Golden.Numbers(golden, "grad_logps"), [.. found.Select(f => f.Derivative)], Tolerances.Double, "derivative");
    }
}
