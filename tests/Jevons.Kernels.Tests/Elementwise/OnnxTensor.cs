namespace Jevons.Kernels.Tests;

/// <summary>A tensor of an ONNX node test.</summary>
/// <param name="Type">Element type as ONNX names it.</param>
/// <param name="Shape">Dimensions.</param>
/// <param name="Data">Elements, row-major.</param>
internal sealed record OnnxTensor(string Type, int[] Shape, double[] Data)
{
    public float[] Floats => [.. Data.Select(d => (float)d)];

    /// <summary>The elements as rows along one axis: [other elements, axis].</summary>
    public float[][] Along(int axis)
    {
        axis = axis < 0 ? axis + Shape.Length : axis;
        int inner = Shape.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
        int length = Shape[axis];
        int outer = Data.Length / Math.Max(1, inner * length);
        List<float[]> rows = [];
        for (int o = 0; o < outer; o++)
        {
            for (int i = 0; i < inner; i++)
            {
                rows.Add([.. Enumerable.Range(0, length).Select(k => (float)Data[(((o * length) + k) * inner) + i])]);
            }
        }

        return [.. rows];
    }
}
