using System.Text;

namespace Jevons.Hub;

/// <summary>
/// Everything that the hub and the store need to know from outside: nothing here is read from the environment.
/// Immutable and safe to share between threads.
/// </summary>
public sealed record HubOptions
{
    /// <summary>The hub's address (<c>HF_ENDPOINT</c>); a path prefix, as mirrors use, is kept.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>
    /// The access token (<c>HF_TOKEN</c> or the token file), or null. It is sent to <see cref="Endpoint"/> only, never to a host that
    /// it redirects to.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>The folder of the model store. It is made when the first model is pulled.</summary>
    public required string StoreFolder { get; init; }

    /// <summary>True forbids every network call (<c>HF_HUB_OFFLINE</c>): only what is stored is found.</summary>
    public bool Offline { get; init; }

    /// <summary>The clock: the times in records, the speed shown, and every wait between retries.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How many times in a row a request may fail without progress (1 MiB of new bytes) before the pull gives up.</summary>
    public int MaxAttempts { get; init; } = 6;

    /// <summary>The wait before the first retry; it doubles with each one that follows.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between retries when the server names none.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest wait that a server may ask for (the hub counts requests in windows of five minutes).</summary>
    public TimeSpan MaxServerDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection may deliver nothing before it is dropped and the request is tried again.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The bytes free for this user on the disk that holds a path (which need not exist yet).</summary>
    public Func<string, long> FreeSpace { get; init; } = DiskSpace.AvailableAt;

    /// <summary>What the program calls itself in requests. It carries no identity of the user or the machine.</summary>
    public string UserAgent { get; init; } = "jevons";

    /// <summary>The options as text for logs: the token's value is never in it.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        StringBuilder text = new("HubOptions { ");
        text.Append("Endpoint = ").Append(Endpoint)
            .Append(", Token = ").Append(string.IsNullOrEmpty(Token) ? "none" : "set")
            .Append(", StoreFolder = ").Append(StoreFolder)
            .Append(", Offline = ").Append(Offline)
            .Append(" }");
        return text.ToString();
    }
}
