using System.Text;

namespace Jevons.Hub.Tests.Fakes;

/// <summary>What a fake server answers, faults included.</summary>
public sealed record FakeResponse
{
    public int Status { get; init; } = 200;

    public Dictionary<string, string> Headers { get; init; } = new(StringComparer.OrdinalIgnoreCase);

    public byte[] Body { get; init; } = [];

    /// <summary>Closes the connection after so many bytes of the body, although the header promised all of them.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Leaves Content-Length out; the body ends with the connection.</summary>
    public bool WithoutLength { get; init; }

    /// <summary>Called when <see cref="CutAfter"/> bytes are sent, before the connection is closed.</summary>
    public Func<Task>? AtCut { get; init; }

    public static FakeResponse Json(string json) => new() { Body = Encoding.UTF8.GetBytes(json), Headers = { ["Content-Type"] = "application/json" } };

    public static FakeResponse Error(int status, string? code = null, string? message = null)
    {
        FakeResponse response = new() { Status = status, Body = "{\"error\":\"no\"}"u8.ToArray() };
        if (code is not null)
        {
            response.Headers["X-Error-Code"] = code;
        }

        if (message is not null)
        {
            response.Headers["X-Error-Message"] = message;
        }

        return response;
    }

    public static FakeResponse Redirect(string location, int status = 302) => new() { Status = status, Headers = { ["Location"] = location } };

    /// <summary>The response with one more header.</summary>
    public FakeResponse With(string header, string value)
    {
        Headers[header] = value;
        return this;
    }
}
