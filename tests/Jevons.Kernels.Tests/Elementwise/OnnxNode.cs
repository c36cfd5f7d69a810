using System.Globalization;
using System.Text.Json;
using Jevons.Testing;

namespace Jevons.Kernels.Tests;

/// <summary>One node test of the ONNX project, as JSON: attributes, inputs and expected outputs.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, OnnxTensor> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _attributes = new(StringComparer.Ordinal);

    public string Operator { get; private init; } = "";

    public OnnxTensor Output { get; private init; } = null!;

    /// <summary>Files whose name begins with one of the prefixes, for member data.</summary>
    public static TheoryData<string> Files(params string[] prefixes)
    {
        TheoryData<string> data = [];
        foreach (string prefix in prefixes)
        {
            foreach (string file in SharedData.Walk($"{prefix}*.json", "op-golden", "onnx-node"))
            {
                data.Add(file);
            }
        }

        return data;
    }

    public static OnnxNode Load(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path(file.Split('/'))));
        JsonElement root = document.RootElement;
        JsonElement node = root.GetProperty("nodes")[0];
        Assert.SkipUnless(root.GetProperty("nodes").GetArrayLength() == 1, "the test is a graph of several nodes");
        OnnxNode result = new() { Operator = node.GetProperty("op").GetString()!, Output = Read(root.GetProperty("outputs")[0]) };
        foreach (JsonElement input in root.GetProperty("inputs").EnumerateArray())
        {
            result._inputs[input.GetProperty("name").GetString()!] = Read(input);
        }

        foreach (JsonProperty attribute in node.GetProperty("attrs").EnumerateObject())
        {
            if (attribute.Value.ValueKind == JsonValueKind.Number)
            {
                result._attributes[attribute.Name] = attribute.Value.GetDouble();
            }
        }

        return result;
    }

    public OnnxTensor Input(string name) => _inputs[name];

    public OnnxTensor? TryInput(string name) => _inputs.GetValueOrDefault(name);

    public double Attribute(string name, double absent) => _attributes.GetValueOrDefault(name, absent);

    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    private static OnnxTensor Read(JsonElement tensor)
    {
        int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
        double[] data = [.. tensor.GetProperty("data").EnumerateArray().Select(Number)];
        Assert.Equal(shape.Aggregate(1, (a, b) => a * b), data.Length);
        return new OnnxTensor(tensor.GetProperty("dtype").GetString()!, shape, data);
    }

    private static double Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => value.GetString()!.ToUpperInvariant().TrimStart('+') switch
        {
            "INF" or "INFINITY" => double.PositiveInfinity,
            "-INF" or "-INFINITY" => double.NegativeInfinity,
            "NAN" => double.NaN,
            string text => double.Parse(text, CultureInfo.InvariantCulture),
        },
    };
}
