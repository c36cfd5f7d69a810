using System.Runtime.InteropServices;
using Jevons.Formats;
using Jevons.Numerics;

namespace Jevons.Training.Tests;

/// <summary>F32 tensors of a safetensors file, in memory.</summary>
internal static class NamedTensors
{
    public static Dictionary<string, float[]> Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return file.Tensors.Where(t => t.Type == TensorType.F32)
            .ToDictionary(t => t.Name, t => MemoryMarshal.Cast<byte, float>(t.Data.AsSpan()).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>||actual - expected|| / ||expected||; the largest |actual| where expected is all zero.</summary>
    public static double Distance(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double norm = 0;
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            norm += (double)expected[i] * expected[i];
            difference += ((double)actual[i] - expected[i]) * ((double)actual[i] - expected[i]);
            largest = Math.Max(largest, Math.Abs(actual[i]));
        }

        return norm == 0 ? largest : Math.Sqrt(difference / norm);
    }
}
