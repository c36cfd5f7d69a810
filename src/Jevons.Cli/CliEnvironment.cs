namespace Jevons.Cli;

/// <summary>Everything that the command takes from environment variables, read once at the start and nowhere else.</summary>
internal sealed record CliEnvironment
{
    /// <summary><c>NO_COLOR</c> is set and not empty: no colour anywhere.</summary>
    public bool NoColor { get; init; }

    /// <summary><c>FORCE_COLOR</c> (not empty, not 0): colour even where the output is no terminal.</summary>
    public bool ForceColor { get; init; }

    /// <summary><c>TERM</c>; "dumb" is a terminal without colour or cursor movement.</summary>
    public string? Term { get; init; }

    /// <summary><c>JEVONS_DEBUG</c> (not empty, not 0): unexpected errors show their stack.</summary>
    public bool Debug { get; init; }

    /// <summary>The user's folder.</summary>
    public required string Home { get; init; }

    /// <summary>The model store: <c>JEVONS_MODELS</c>, else the folder <c>models</c> of <see cref="StateFolder"/>.</summary>
    public required string ModelsFolder { get; init; }

    /// <summary>What the command remembers between runs, such as the line history: <c>JEVONS_HOME</c>, else <c>~/.jevons</c>.</summary>
    public required string StateFolder { get; init; }

    /// <summary><c>HF_ENDPOINT</c>: the address of the hub or of a mirror; null for the hub itself.</summary>
    public string? HubEndpoint { get; init; }

    /// <summary><c>HF_TOKEN</c>, or null.</summary>
    public string? HubToken { get; init; }

    /// <summary>The file that holds the token: <c>HF_TOKEN_PATH</c>, else <c>$HF_HOME/token</c>, else <c>~/.cache/huggingface/token</c>.</summary>
    public required string HubTokenFile { get; init; }

    /// <summary><c>HF_HUB_OFFLINE</c> (not empty, not 0): the network is not used.</summary>
    public bool HubOffline { get; init; }

    /// <summary>Ollama's models: <c>OLLAMA_MODELS</c>, else <c>~/.ollama/models</c>.</summary>
    public required string OllamaFolder { get; init; }

    /// <summary>Hugging Face's cache: <c>HF_HUB_CACHE</c>, else <c>$HF_HOME/hub</c>, else <c>~/.cache/huggingface/hub</c>.</summary>
    public required string HuggingFaceCache { get; init; }

    /// <summary><c>VISUAL</c>, else <c>EDITOR</c>, or null.</summary>
    public string? Editor { get; init; }

    /// <summary>The runtime's settings that are there (<see cref="Jevons.Cli.RuntimeKnobs"/>), with their values.</summary>
    public IReadOnlyList<(string Variable, string Value)> RuntimeKnobs { get; init; } = [];

    /// <summary>Reads the variables of this process.</summary>
    /// <returns>The record.</returns>
    public static CliEnvironment OfProcess()
    {
#pragma warning disable RS0030 // The one place of the program that reads the environment.
        return Read(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
#pragma warning restore RS0030
    }

    /// <summary>Reads variables from any source.</summary>
    /// <param name="variable">The value of a variable, or null.</param>
    /// <param name="home">The user's folder.</param>
    /// <returns>The record.</returns>
    public static CliEnvironment Read(Func<string, string?> variable, string home)
    {
        string cache = Text("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache");
        string state = Text("JEVONS_HOME") ?? Path.Combine(home, ".jevons");
        string huggingFace = Text("HF_HOME") ?? Path.Combine(cache, "huggingface");
        return new CliEnvironment
        {
            NoColor = Text("NO_COLOR") is not null,
            ForceColor = Flag("FORCE_COLOR"),
            Term = Text("TERM"),
            Debug = Flag("JEVONS_DEBUG"),
            Home = home,
            ModelsFolder = Text("JEVONS_MODELS") ?? Path.Combine(state, "models"),
            StateFolder = state,
            HubEndpoint = Text("HF_ENDPOINT"),
            HubToken = Text("HF_TOKEN"),
            HubTokenFile = Text("HF_TOKEN_PATH") ?? Path.Combine(huggingFace, "token"),
            HubOffline = Flag("HF_HUB_OFFLINE"),
            OllamaFolder = Text("OLLAMA_MODELS") ?? Path.Combine(home, ".ollama", "models"),
            HuggingFaceCache = Text("HF_HUB_CACHE") ?? Path.Combine(huggingFace, "hub"),
            Editor = Text("VISUAL") ?? Text("EDITOR"),
            RuntimeKnobs =
            [
                .. Jevons.Cli.RuntimeKnobs.All.Select(k => k.Variable).Append(Jevons.Cli.RuntimeKnobs.Forgotten)
                    .Where(v => Text(v) is not null).Select(v => (v, Text(v)!)),
            ],
        };

        string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;

        bool Flag(string name) => Text(name) is { } value && value is not ("0" or "false" or "False" or "FALSE");
    }
}
