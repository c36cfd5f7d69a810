using System.Text.Json;

namespace Jevons.Training;

/// <summary>Where a run stands: with the parameters and the optimizer's state, all that it needs to go on to the same bits.</summary>
public sealed record TrainingState
{
    /// <summary>Finished steps.</summary>
    public int Step { get; init; }

    /// <summary>Finished epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Sequences taken of the epoch.</summary>
    public int Position { get; init; }

    /// <summary>Tokens seen.</summary>
    public long Tokens { get; init; }

    /// <summary>Seconds of all sessions of the run.</summary>
    public double Seconds { get; init; }

    /// <summary>Lowest validation loss so far, and the step after which it was measured.</summary>
    public double? BestLoss { get; init; }

    /// <summary>Step of <see cref="BestLoss"/>.</summary>
    public int BestStep { get; init; }

    /// <summary>Writes the state.</summary>
    /// <returns>JSON.</returns>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, TrainingJson.Default.TrainingState);

    /// <summary>Reads a state.</summary>
    /// <param name="json">JSON.</param>
    /// <param name="file">Name for messages.</param>
    /// <returns>The state.</returns>
    /// <exception cref="InvalidDataException">It is no such JSON.</exception>
    public static TrainingState Parse(ReadOnlySpan<byte> json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TrainingJson.Default.TrainingState)
                ?? throw new InvalidDataException($"{file}: it holds nothing; the checkpoint is damaged, remove its folder and resume from the one before");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file}: not the state of a run ({e.Message}); the checkpoint is damaged, remove its folder and resume from the one before", e);
        }
    }
}
