using Jevons.Models;

namespace Jevons.Training;

/// <summary>The global norm of all gradients: sqrt(sum of squares), summed in double, parameters and elements ascending.</summary>
public static class GradientNorm
{
    /// <summary>Computes the norm.</summary>
    /// <param name="parameters">Parameters with gradients.</param>
    /// <returns>The norm; NaN or infinity when a gradient is.</returns>
    public static double Of(IEnumerable<Parameter> parameters)
    {
        double sum = 0;
        foreach (Parameter parameter in parameters)
        {
            for (int r = 0; r < parameter.Gradient.Rows; r++)
            {
                foreach (float g in parameter.Gradient.Row(r))
                {
                    sum += (double)g * g;
                }
            }
        }

        return Math.Sqrt(sum);
    }
}
