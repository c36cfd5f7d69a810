using Jevons.Hub;

namespace Jevons.Cli;

/// <summary>The model store and the hub as the environment describes them.</summary>
internal static class HubAccess
{
    private const int LongestToken = 4096;

    /// <summary>The model store.</summary>
    /// <param name="context">The environment.</param>
    /// <returns>The store; its folder need not exist.</returns>
    public static ModelStore Store(CliContext context) => new(context.Environment.ModelsFolder);

    /// <summary>Address, token and clock.</summary>
    /// <param name="context">The environment.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">HF_ENDPOINT is no address.</exception>
    public static HubOptions Options(CliContext context)
    {
        CliEnvironment environment = context.Environment;
        HubOptions options = new()
        {
            StoreFolder = environment.ModelsFolder,
            Token = environment.HubToken ?? ReadToken(environment.HubTokenFile),
            Offline = environment.HubOffline,
            Time = context.Time,
            UserAgent = $"jevons/{ShowVersion.Version}",
        };
        if (environment.HubEndpoint is not { } endpoint)
        {
            return options;
        }

        return Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? address)
            ? options with { Endpoint = address }
            : throw new UsageException($"HF_ENDPOINT is '{endpoint}', expected an address such as https://huggingface.co");
    }

    private static string? ReadToken(string path)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length <= LongestToken && File.ReadAllText(path).Trim() is { Length: > 0 } token
                ? token
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
