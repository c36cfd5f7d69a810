namespace Jevons.Training.Tests;

/// <summary>How far a result may be from the reference's float64.</summary>
internal static class Tolerances
{
    /// <summary>
    /// Norm-wise distance of a gradient. PyTorch's own f32 is up to 1.8e-6 away on the same models; another order of summation
    /// may double that, and a wrong term shows from 1e-3 on.
    /// </summary>
    public const double Gradient = 2e-5;
}
