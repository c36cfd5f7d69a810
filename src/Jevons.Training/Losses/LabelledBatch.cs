using System.Text.Json;

namespace Jevons.Training;

/// <summary>Sequences with labels as a JSON file has them: <c>{"ids":[[..]],"labels":[[..]]}</c>, -100 for labels that do not count.</summary>
public static class LabelledBatch
{
    /// <summary>Reads a batch.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="file">Name for errors.</param>
    /// <returns>The sequences, one or more.</returns>
    /// <exception cref="InvalidDataException">It is no such JSON; the message says where and what was expected.</exception>
    public static IReadOnlyList<TrainingSequence> Parse(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            int[][] ids = Rows(document.RootElement, "ids", file);
            int[][] labels = Rows(document.RootElement, "labels", file);
            if (ids.Length == 0 || ids.Length != labels.Length)
            {
                throw new InvalidDataException($"{file}: {ids.Length} sequences of ids and {labels.Length} of labels; expected as many of each, at least one");
            }

            for (int i = 0; i < ids.Length; i++)
            {
                if (ids[i].Length == 0 || ids[i].Length != labels[i].Length)
                {
                    throw new InvalidDataException($"{file}: sequence {i} has {ids[i].Length} ids and {labels[i].Length} labels; expected as many of each, at least one");
                }
            }

            return [.. ids.Zip(labels, (i, l) => new TrainingSequence(i, l))];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: line {e.LineNumber + 1}, byte {e.BytePositionInLine}: not JSON; expected {{\"ids\":[[..]],\"labels\":[[..]]}}", e);
        }
    }

    private static int[][] Rows(JsonElement root, string name, string file)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(name, out JsonElement rows) || rows.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidDataException($"{file}: there is no list \"{name}\"; expected {{\"ids\":[[..]],\"labels\":[[..]]}}");
        }

        return [.. rows.EnumerateArray().Select((row, i) => row.ValueKind == JsonValueKind.Array
            ? row.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out int id)
                ? id
                : throw new InvalidDataException($"{file}: \"{name}\"[{i}] holds {e.GetRawText()}, expected whole numbers")).ToArray()
            : throw new InvalidDataException($"{file}: \"{name}\"[{i}] is {row.GetRawText()}, expected a list of numbers"))];
    }
}
