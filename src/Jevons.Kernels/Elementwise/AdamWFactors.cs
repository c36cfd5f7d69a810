namespace Jevons.Kernels;

/// <summary>The scalars of one step of AdamW, computed in double and rounded once.</summary>
/// <param name="Keep">1 - learning rate times weight decay.</param>
/// <param name="FirstWeight">1 - beta1.</param>
/// <param name="SecondKeep">beta2.</param>
/// <param name="SecondWeight">1 - beta2.</param>
/// <param name="RootDivisor">sqrt(1 - beta2^t).</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="StepSize">learning rate / (1 - beta1^t).</param>
public readonly record struct AdamWFactors(
    float Keep, float FirstWeight, float SecondKeep, float SecondWeight, float RootDivisor, float Epsilon, float StepSize)
{
    /// <summary>The scalars of a step.</summary>
    /// <param name="step">Steps with this one, from 1.</param>
    /// <param name="learningRate">The step's learning rate.</param>
    /// <param name="weightDecay">Weight decay.</param>
    /// <param name="beta1">Decay of the first moment.</param>
    /// <param name="beta2">Decay of the second moment.</param>
    /// <param name="epsilon">Added to the root.</param>
    /// <returns>The scalars.</returns>
    public static AdamWFactors Of(long step, double learningRate, double weightDecay, double beta1, double beta2, double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return new AdamWFactors(
            (float)(1 - (learningRate * weightDecay)),
            (float)(1 - beta1),
            (float)beta2,
            (float)(1 - beta2),
            (float)Math.Sqrt(1 - Power(beta2, step)),
            (float)epsilon,
            (float)(learningRate / (1 - Power(beta1, step))));
    }

    // By squaring: the same bits on every platform.
    private static double Power(double x, long n)
    {
        double result = 1;
        for (; n > 0; n >>= 1, x *= x)
        {
            result = (n & 1) == 1 ? result * x : result;
        }

        return result;
    }
}
