using System.Globalization;
using Jevons.Formats;

namespace Jevons.Training;

/// <summary>
/// The checkpoints of a run: folders <c>checkpoint-N</c> below its output, each a model that can be run, with the optimizer's
/// state and the place in the data beside it. A folder appears under its name only when everything in it is written.
/// </summary>
/// <param name="output">Folder of the run.</param>
/// <param name="keep">Checkpoints that stay, besides the best.</param>
public sealed class CheckpointStore(string output, int keep)
{
    private const string Prefix = "checkpoint-";
    private const string PartialSuffix = ".partial";
    private const string StateFile = "training_state.json";
    private const string OptimizerFile = "optimizer.safetensors";

    /// <summary>The newest checkpoint, or null.</summary>
    /// <returns>Its folder.</returns>
    public string? Latest() => Steps().Select(s => (int?)s).Max() is int step ? Folder(step) : null;

    /// <summary>Writes a checkpoint and removes those that are not to stay.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="optimizers">The optimizers.</param>
    /// <param name="writeModel">Writes the model's files into the folder that it is given.</param>
    /// <returns>The checkpoint's folder.</returns>
    /// <exception cref="IOException">It cannot be written; nothing of it is left.</exception>
    public string Save(TrainingState state, IEnumerable<Optimizer> optimizers, Action<string> writeModel)
    {
        string folder = Folder(state.Step);
        string partial = folder + PartialSuffix;
        if (Directory.Exists(partial))
        {
            Directory.Delete(partial, recursive: true);
        }

        Directory.CreateDirectory(partial);
        try
        {
            writeModel(partial);
            SafetensorsWriter.Write(
                Path.Combine(partial, OptimizerFile), optimizers.SelectMany(o => o.State).Select(t => ParameterFile.Rows(t.Name, t.Parameter.Shape, t.Values)));
            File.WriteAllBytes(Path.Combine(partial, StateFile), state.ToJson());
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(partial, folder);
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            throw;
        }

        Remove(state);
        return folder;
    }

    /// <summary>Reads where a checkpoint stands, and gives the optimizers their state.</summary>
    /// <param name="folder">A checkpoint's folder.</param>
    /// <param name="optimizers">The optimizers.</param>
    /// <returns>The state.</returns>
    /// <exception cref="InvalidDataException">The checkpoint is damaged or of another run.</exception>
    public static TrainingState Restore(string folder, IEnumerable<Optimizer> optimizers)
    {
        string file = Path.Combine(folder, StateFile);
        TrainingState state = TrainingState.Parse(File.ReadAllBytes(file), file);
        using SafetensorsFile tensors = SafetensorsFile.Open(Path.Combine(folder, OptimizerFile));
        tensors.VerifyComplete();
        foreach (Optimizer optimizer in optimizers)
        {
            optimizer.Steps = state.Step;
            foreach (OptimizerTensor tensor in optimizer.State)
            {
                ParameterFile.Copy(tensors, tensor.Name, tensor.Parameter.Shape, tensor.Values);
            }
        }

        return state;
    }

    private string Folder(int step) => Path.Combine(output, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D6}"));

    private IEnumerable<int> Steps() => !Directory.Exists(output) ? [] : Directory.EnumerateDirectories(output, Prefix + "*")
        .Select(d => Path.GetFileName(d)[Prefix.Length..])
        .Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(n => int.Parse(n, CultureInfo.InvariantCulture));

    private void Remove(TrainingState state)
    {
        foreach (int step in Steps().Order().SkipLast(keep).Where(s => state.BestLoss is null || s != state.BestStep).ToArray())
        {
            Directory.Delete(Folder(step), recursive: true);
        }
    }
}
