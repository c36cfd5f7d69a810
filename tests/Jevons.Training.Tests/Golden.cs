using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Training.Tests;

/// <summary>Reads of a reference JSON.</summary>
internal static class Golden
{
    public static JsonElement Root(params string[] path) => JsonDocument.Parse(File.ReadAllBytes(SharedData.Path(path))).RootElement;

    /// <summary>Names of the cases of a list, for member data; one empty name when the data is absent, with which the test is skipped.</summary>
    public static TheoryData<string> Names(string list, params string[] path)
    {
        TheoryData<string> names = [];
        if (SharedData.TryPath(path) is not { } file)
        {
            names.Add(string.Empty);
            return names;
        }

        int i = 0;
        foreach (JsonElement item in JsonDocument.Parse(File.ReadAllBytes(file)).RootElement.GetProperty(list).EnumerateArray())
        {
            names.Add(item.TryGetProperty("name", out JsonElement name) || item.TryGetProperty("test", out name) ? $"{i} {name.GetString()}" : $"{i}");
            i++;
        }

        return names;
    }

    /// <summary>The case of a name that <see cref="Names"/> gave.</summary>
    public static JsonElement Case(JsonElement root, string list, string name) =>
        root.GetProperty(list)[int.Parse(name.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)];

    /// <summary>All numbers below an element, in order; null is NaN, true 1 and false 0.</summary>
    public static double[] Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(Numbers)],
        JsonValueKind.Null => [double.NaN],
        JsonValueKind.True => [1],
        JsonValueKind.False => [0],
        _ => [element.GetDouble()],
    };

    public static double[] Numbers(JsonElement element, string name) => Numbers(element.GetProperty(name));

    /// <summary>Numbers that f32 holds exactly: an input that was rounded on the way would be another input.</summary>
    public static float[] Floats(JsonElement element)
    {
        double[] numbers = Numbers(element);
        float[] floats = [.. numbers.Select(n => (float)n)];
        Assert.Equal(numbers, floats.Select(f => (double)f));
        return floats;
    }

    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{what}[{i}]: {actual[i]}, expected {expected[i]}");
        }
    }
}
