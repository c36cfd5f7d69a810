using Jevons.Hub.Tests.Fakes;

namespace Jevons.Cli.Tests;

/// <summary>Runs the command in this process with captured streams, variables of its own and a folder that goes with the test.</summary>
internal sealed class CliBench : IDisposable
{
    /// <summary>A folder for files of the test.</summary>
    public TempFolder Folder { get; } = new();

    /// <summary>Environment variables; JEVONS_MODELS is set.</summary>
    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string Input { get; set; } = "";

    public bool IsInTerminal { get; set; }

    public bool IsOutTerminal { get; set; }

    public bool IsErrorTerminal { get; set; }

    /// <summary>A clock that stands; its timers never fire.</summary>
    public TimeProvider Time { get; set; } = new EagerTime { Limit = TimeSpan.Zero };

    public CancellationToken Cancellation { get; set; } = TestContext.Current.CancellationToken;

    public string StoreFolder => Folder.Below("store");

    public CliContext Context(TextWriter output, TextWriter error)
    {
        Variables.TryAdd("JEVONS_MODELS", StoreFolder);
        return new CliContext
        {
            Environment = CliEnvironment.Read(Variables.GetValueOrDefault, Folder.Path),
            Time = Time,
            In = new StringReader(Input),
            Out = output,
            Error = error,
            IsInTerminal = IsInTerminal,
            IsOutTerminal = IsOutTerminal,
            IsErrorTerminal = IsErrorTerminal,
            Cancellation = Cancellation,
        };
    }

    public async Task<CliResult> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        int code = await CommandLine.RunAsync(args, Context(output, error));
        return new CliResult(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs a command that must succeed and returns standard output.</summary>
    public async Task<string> OutputAsync(params string[] args)
    {
        CliResult result = await RunAsync(args);
        Assert.True(result.Code == ExitCodes.Ok, $"exit {result.Code}: {result.Error}");
        return result.Out;
    }

    public void Dispose() => Folder.Dispose();
}
