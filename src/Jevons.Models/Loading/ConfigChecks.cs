namespace Jevons.Models;

/// <summary>Bounds on sizes that a file states, so that a hostile one cannot ask for absurd work.</summary>
internal static class ConfigChecks
{
    private const int Largest = 1 << 24;

    public static void Positive(string file, string what, int value) =>
        Require(value is > 0 and <= Largest, file, $"{what} is {value}, expected 1 to {Largest}");

    public static void Require(bool condition, string file, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException($"{file}: {problem}");
        }
    }
}
