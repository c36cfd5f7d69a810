using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Jevons.Benchmarks;

/// <summary>Writes samples: a line for the screen, a line of JSON for the record.</summary>
internal static class SampleText
{
    /// <summary>For the screen.</summary>
    public static string Line(Sample sample) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sample.Model} {sample.Work.Name} round {sample.Round + 1} {sample.Side}: {sample.Reading.Seconds:F4} s, {sample.Rate:F2} tokens/s [{sample.Before} | {sample.After} | others {sample.Others:P0}]{(sample.Class is null ? " dropped" : "")}");

    /// <summary>For the record.</summary>
    public static string Json(Sample sample)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("model", sample.Model);
            json.WriteString("work", sample.Work.Name);
            json.WriteString("side", sample.Side);
            json.WriteNumber("round", sample.Round);
            json.WriteNumber("seconds", sample.Reading.Seconds);
            json.WriteNumber("tokens", sample.Work.Tokens);
            json.WriteNumber("process_seconds", sample.Reading.ProcessSeconds);
            json.WriteNumber("peak_bytes", sample.Reading.PeakBytes);
            json.WriteNumber("base_bytes", sample.Reading.BaseBytes);
            json.WriteNumber("others", sample.Others);
            json.WriteString("class", sample.Class?.ToString());
            Write(json, "before", sample.Before);
            Write(json, "after", sample.After);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, string name, Placement placement)
    {
        json.WriteStartObject(name);
        json.WriteNumber("round_trip_ns", Math.Min(placement.RoundTrip, 1e9));
        json.WriteNumber("bytes_per_second", placement.Bandwidth);
        json.WriteEndObject();
    }
}
