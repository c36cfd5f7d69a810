namespace Jevons.Formats;

/// <summary>An adapter's folder as PEFT writes it: adapter_config.json and adapter_model.safetensors.</summary>
public sealed class PeftFolder : IDisposable
{
    private const string ConfigFile = "adapter_config.json";
    private const string WeightsFile = "adapter_model.safetensors";

    private PeftFolder(ConfigJson config, SafetensorsFile weights)
    {
        Config = config;
        Weights = weights;
    }

    /// <summary>adapter_config.json.</summary>
    public ConfigJson Config { get; }

    /// <summary>The adapter's tensors, complete.</summary>
    public SafetensorsFile Weights { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="path">An existing folder.</param>
    /// <returns>Its files; the caller disposes them.</returns>
    /// <exception cref="FileNotFoundException">One of the two files is missing.</exception>
    /// <exception cref="InvalidDataException">One of them is damaged.</exception>
    public static PeftFolder Open(string path)
    {
        ConfigJson config = ConfigJson.Read(Require(path, ConfigFile));
        SafetensorsFile weights = SafetensorsFile.Open(Require(path, WeightsFile));
        try
        {
            weights.VerifyComplete();
            return new PeftFolder(config, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    private static string Require(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{folder}: there is no {file}; an adapter folder has {ConfigFile} and {WeightsFile}", path);
    }
}
