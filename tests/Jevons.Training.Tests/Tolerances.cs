namespace Jevons.Training.Tests;

/// <summary>How far a result may be from the reference's float64.</summary>
internal static class Tolerances
{
    /// <summary>
    /// Norm-wise distance of a gradient. PyTorch's own f32 is up to 1.8e-6 away on the same models; another order of summation
    /// may double that, and a wrong term shows from 1e-3 on.
    /// </summary>
    public const double Gradient = 2e-5;

    /// <summary>
    /// A double computation against a double reference: some hundred terms of magnitude up to 10, each with a few roundings of
    /// 1.1e-16 and the libraries' exponentials within an ulp, stay below 1e-12.
    /// </summary>
    public const double Double = 1e-12;

    /// <summary>A figure of 0 to 1 that the reference rounds to f32 on its way: 2^-24, doubled for a mean of rounded parts.</summary>
    public const double SingleShare = 1.2e-7;

    /// <summary>
    /// f32 logarithms of probabilities: rows with logits up to 8 hold them within 2^-21 = 4.8e-7 (half an ulp of 8, twice, and
    /// the sum's 5e-7 of <c>LogSoftmax</c>); what is made of them adds a few ulp more.
    /// </summary>
    public const double LogProb = 2e-6;
}
