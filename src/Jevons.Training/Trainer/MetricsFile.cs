using System.Text.Json;

namespace Jevons.Training;

/// <summary>
/// metrics.jsonl: one JSON object a line, with TRL's key names. A run that goes on drops the lines behind the step that it goes
/// on from, so that each step stands there once.
/// </summary>
public sealed class MetricsFile : IDisposable
{
    private readonly FileStream _stream;

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="lastStep">Step that the run goes on from; 0 for a new run.</param>
    public MetricsFile(string path, int lastStep)
    {
        string[] kept = lastStep > 0 && File.Exists(path) ? [.. File.ReadLines(path).TakeWhile(l => StepOf(l) is int step && step <= lastStep)] : [];
        File.WriteAllLines(path, kept);
        _stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    /// <summary>Adds the line of a step.</summary>
    /// <param name="report">The step.</param>
    public void Write(StepReport report)
    {
        using (Utf8JsonWriter json = new(_stream))
        {
            json.WriteStartObject();
            json.WriteNumber("step", report.Step);
            json.WriteNumber("epoch", report.Epoch);
            json.WriteNumber("loss", report.Loss);
            json.WriteNumber("grad_norm", report.GradientNorm);
            json.WriteNumber("learning_rate", report.LearningRate);
            json.WriteNumber("num_tokens", report.Tokens);
            json.WriteNumber("tokens_per_second", report.TokensPerSecond);
            json.WriteNumber("train_runtime", report.Seconds);
            if (report.EvalLoss is double loss)
            {
                json.WriteNumber("eval_loss", loss);
            }

            json.WriteEndObject();
        }

        _stream.WriteByte((byte)'\n');
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static int? StepOf(string line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.TryGetProperty("step", out JsonElement step) && step.TryGetInt32(out int value) ? value : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
